"""What can be done: verbs, one file per noun. No Flask, no templates, no commit."""
