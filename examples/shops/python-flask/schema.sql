CREATE TABLE items (
    id integer PRIMARY KEY,
    units integer NOT NULL           -- that the sale opened with
);

CREATE TABLE orders (
    id text PRIMARY KEY,             -- the Idempotency-Key of the request, or an id of its own
    item integer NOT NULL REFERENCES items,
    user_name text NOT NULL,
    quantity integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
