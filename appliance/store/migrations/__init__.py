"""Changes of the tables, one numbered script each, applied in order and once by peewee's migration runner."""
