CREATE TABLE items (
    id integer PRIMARY KEY,
    stock integer NOT NULL           -- neither held nor sold
);

CREATE TABLE holds (
    id text PRIMARY KEY,
    item integer NOT NULL REFERENCES items,
    user_name text NOT NULL,
    quantity integer NOT NULL,
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'paid', 'cancelled', 'lapsed')),
    ends_at timestamptz NOT NULL
);

CREATE INDEX ON holds (ends_at) WHERE state = 'held';
