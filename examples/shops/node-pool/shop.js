'use strict';
// A shop in Node. POST /items/7/buy sells, POST /admin/items/7/stock opens the sale.
const http = require('http');
const { randomUUID } = require('crypto');
const { Pool } = require('pg');
const { buy } = require(process.env.SHOP_REPAIRED ? './repaired' : './bug');

const pool = new Pool({
  connectionString: process.env.SHOP_DATABASE_URL,
  max: 10,
  // No forgotten transaction keeps the others waiting for long.
  options: '-c idle_in_transaction_session_timeout=2000',
});
// A connection that the server has closed, in the pool or at work: whoever needs one gets another.
pool.on('error', () => {});
pool.on('connect', (client) => client.on('error', () => {}));

async function restock(item, units) {
  await pool.query('DELETE FROM orders WHERE item = $1', [item]);
  await pool.query(
    'INSERT INTO items VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET stock = excluded.stock', [item, units]);
}

async function answer(request, body) {
  let found;
  if (request.method === 'GET' && request.url === '/health') return [200, { open: true }];
  if (request.method === 'POST' && (found = /^\/items\/(\d+)\/buy$/.exec(request.url))) {
    const key = request.headers['idempotency-key'] ?? randomUUID();
    const { user, quantity } = JSON.parse(body);
    const left = await buy(pool, { item: Number(found[1]), user, quantity, key });
    return left === null ? [409, { error: 'sold out' }] : [200, { order: key, left }];
  }
  if (request.method === 'POST' && (found = /^\/admin\/items\/(\d+)\/stock$/.exec(request.url))) {
    await restock(Number(found[1]), JSON.parse(body).units);
    return [200, {}];
  }
  return [404, { error: 'no such page' }];
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    let status, value;
    try {
      [status, value] = await answer(request, Buffer.concat(chunks).toString());
    } catch (error) {
      console.error(error);
      [status, value] = error.isUndone
        ? [503, { error: 'nothing was sold, please try again' }] : [500, { error: 'something went wrong' }];
    }
    const text = JSON.stringify(value);
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    response.end(text);
  });
});
server.keepAliveTimeout = 60000;
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', 1024, () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
