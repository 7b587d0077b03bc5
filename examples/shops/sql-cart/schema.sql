CREATE TABLE items (
    id text PRIMARY KEY,
    stock integer NOT NULL
);

CREATE TABLE orders (
    id text PRIMARY KEY,             -- the Idempotency-Key of the request, or an id of its own
    user_name text NOT NULL,
    answer text NOT NULL,            -- what the buyer was told
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_lines (
    order_id text NOT NULL REFERENCES orders ON DELETE CASCADE,
    item text NOT NULL REFERENCES items,
    quantity integer NOT NULL,
    PRIMARY KEY (order_id, item)
);
