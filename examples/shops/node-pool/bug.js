'use strict';
// Each query of the pool goes to whichever connection is free: BEGIN to one, the others to others.
const { sell } = require('./transaction');

exports.buy = (pool, wanted) => sell(pool, wanted);
