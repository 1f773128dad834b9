from webapp.commands import main

main()
