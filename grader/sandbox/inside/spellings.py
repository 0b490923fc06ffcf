"""Words that both ends of the channel know beside the wire's: what a box may say that its code needed.

Nothing but names. This file enters the box.
"""

MOST_NOTED = 32  # things that are told of a box
# Names that NumPy has removed, and how to write them now.
NUMPY = {
    "Inf": "np.inf", "Infinity": "np.inf", "NAN": "np.nan", "NINF": "-np.inf", "NaN": "np.nan", "PINF": "np.inf",
    "alen": "len", "alltrue": "np.all", "asfarray": "np.asarray(a, dtype=float)", "asscalar": "a.item()",
    "bool": "bool", "bool8": "np.bool_", "cfloat": "np.complex128", "complex": "complex", "complex_": "np.complex128",
    "cumproduct": "np.cumprod", "find_common_type": "np.result_type", "float": "float",
    "float_": "np.float64", "in1d": "np.isin", "infty": "np.inf", "int": "int", "int0": "np.intp", "int_": "np.int64",
    "issubclass_": "issubclass", "long": "int", "longfloat": "np.longdouble", "mat": "np.asmatrix",
    "msort": "np.sort(a, axis=0)", "object": "object", "object0": "np.object_", "product": "np.prod", "rank": "np.ndim",
    "round_": "np.round", "row_stack": "np.vstack", "singlecomplex": "np.complex64", "sometrue": "np.any",
    "str": "str", "str0": "np.str_", "string_": "np.bytes_", "trapz": "np.trapezoid", "uint0": "np.uintp",
    "unicode": "str", "unicode_": "np.str_",
}  # fmt: skip
