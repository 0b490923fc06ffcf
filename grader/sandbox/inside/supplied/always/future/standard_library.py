"""The package `future` renames modules of Python 2; in Python 3 they have their names."""


def install_aliases():
    pass


install_hooks = remove_hooks = install_aliases
