"""Renamed modules and builtins, as `six.moves` gives them."""

import builtins
import pickle as cPickle
import queue
from functools import reduce
from io import StringIO
from itertools import filterfalse, zip_longest

xrange = range
range, zip, map, filter, input = builtins.range, builtins.zip, builtins.map, builtins.filter, builtins.input
