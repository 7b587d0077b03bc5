CREATE TABLE items (
    id integer PRIMARY KEY,
    stock integer NOT NULL
);

CREATE TABLE orders (
    id text PRIMARY KEY,             -- the Idempotency-Key of the request, or an id of its own
    item integer NOT NULL,
    user_name text NOT NULL,
    quantity integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
