"""WHAT WAS WRITTEN: the web becomes articles on the shelf and a rate snapshot."""
