PRAGMA journal_mode = WAL;           -- readers do not wait for the writer

CREATE TABLE customers (
    id integer PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE orders (
    id text PRIMARY KEY,             -- the Idempotency-Key of the request, or an id of its own
    item integer NOT NULL,
    customer integer NOT NULL REFERENCES customers,
    quantity integer NOT NULL
);
