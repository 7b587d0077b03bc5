'use strict';
// One client of the pool for the whole transaction.
const { sell } = require('./transaction');

exports.buy = async (pool, wanted) => {
  const client = await pool.connect();
  try {
    return await sell(client, wanted);
  } finally {
    client.release();
  }
};
