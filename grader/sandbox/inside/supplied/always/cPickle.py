"""Pickling as Python 2 named it."""

from pickle import *
