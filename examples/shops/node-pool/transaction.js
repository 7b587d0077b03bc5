'use strict';
// The transaction of a purchase, said on whatever has a query().

/** Sells units, and returns what is left; null if that is not enough. */
exports.sell = async (db, { item, user, quantity, key }) => {
  let left;
  await db.query('BEGIN');
  try {
    // Nobody else gets at the row before this transaction ends.
    const { rows } = await db.query('SELECT stock FROM items WHERE id = $1 FOR UPDATE', [item]);
    left = rows[0].stock - quantity;
    if (left < 0) {
      await db.query('ROLLBACK');
      return null;
    }
    await db.query('UPDATE items SET stock = $1 WHERE id = $2', [left, item]);
    await db.query('INSERT INTO orders (id, item, user_name, quantity) VALUES ($1, $2, $3, $4)',
      [key, item, user, quantity]);
  } catch (error) {
    await db.query('ROLLBACK').catch(() => {});
    throw Object.assign(error, { isUndone: true });
  }
  await db.query('COMMIT');
  return left;
};
