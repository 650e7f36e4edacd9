"""WHAT WAS WRITTEN: the web becomes articles on the shelf and a rate snapshot.

``steps.py`` reads top to bottom as one journalist's sources are collected, ``fetcher.py`` is the only HTTP client.
Around them:

* ``sources/`` and ``banks/``: one file per kind of source and per bank, without any I/O;
* ``fetching/``: what the fetcher is made of, from robots.txt to private addresses;
* ``text/``: names, dates, addresses and words, as people and outlets write them;
* ``rates/``: the rate book, what of it can be true, how it is written;
* ``adding/``: what an address tells of a journalist, and how to follow them.
"""
