"""An idempotency key that was used for another request is refused; invented keys would meet by chance."""

import itertools

import schemathesis

numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    for name in list(case.headers or {}):
        value = case.headers[name]
        if name.lower() == "idempotency-key" and isinstance(value, str) and 1 <= len(value) <= 180:
            case.headers[name] = f"{value}{next(numbers)}"
