"""Python 3's own names, as the package `future` gives them."""

import builtins

globals().update({name: value for name, value in vars(builtins).items() if not name.startswith("_")})
