"""What can be asked: SELECT only, one file per noun."""
