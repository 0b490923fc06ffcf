"""Progress bars that show nothing: the loop is what counts."""


class tqdm:
    """Iterates over what it is given."""

    def __init__(self, iterable=(), *args, **kwargs):
        self.iterable = iterable

    def __iter__(self):
        return iter(self.iterable)

    def __len__(self):
        return len(self.iterable)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def update(self, *args, **kwargs):
        pass

    close = refresh = set_description = set_postfix = update

    @staticmethod
    def write(text, *args, **kwargs):
        print(text)


def trange(*args, **kwargs):
    return tqdm(range(*args))
