"""What `scipy.linalg` shares with NumPy."""

from numpy.linalg import *
