"""Contexts of field pages as the server and the phone make them."""
