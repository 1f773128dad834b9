"""The standard as pure functions and tables: no Flask, no SQL, no clock."""
