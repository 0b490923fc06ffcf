"""What `scipy.misc` had when courses used it."""

from scipy.special import logsumexp
