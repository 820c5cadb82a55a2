"""An idempotency key that was used for another request is refused; invented keys would meet by chance. Streams are only looked
at."""

import itertools

import schemathesis

numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    for name in list(case.headers or {}):
        value = case.headers[name]
        if name.lower() == "idempotency-key" and isinstance(value, str) and 1 <= len(value) <= 180:
            case.headers[name] = f"{value}{next(numbers)}"
    # A stream that is followed never ends.
    if case.operation.path == "/v1/events" and (case.query or {}).get("follow") in (None, True, "true"):
        case.query = {**(case.query or {}), "follow": "false"}
