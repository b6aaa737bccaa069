// Two bcoin nodes on regtest that know the same first blocks and not each other, driven line by
// line: {"do": ..., "node": "user" | "gateway", ...} in, {"ok": ...} or {"error": ...} out.
'use strict';

const readline = require('readline');
const bcoin = require('bcoin');

const FIRST_BLOCKS = 450; // segwit is active from 432
const SATOSHIS = 1e8;

const ring = bcoin.KeyRing.generate();
ring.witness = true;

function makeNode(port, httpPort) {
  return new bcoin.FullNode({
    network: 'regtest', memory: true, workers: false, listen: true, host: '127.0.0.1', port,
    httpHost: '127.0.0.1', httpPort, apiKey: 'x', compact: true, maxOutbound: 1,
    coinbaseAddress: [ring.getAddress().toString('regtest')]
  });
}

async function mine(node, count) {
  const hashes = [];
  for (let i = 0; i < count; ++i) {
    const block = await node.miner.mineBlock();
    await node.chain.add(block);
    hashes.push(block.rhash());
  }
  return hashes;
}

async function coinbase(node, height) {
  const block = await node.chain.getBlock((await node.chain.getEntryByHeight(height)).hash);
  return bcoin.Coin.fromTX(block.txs[0], 0, height);
}

async function send(node, coins, values) {
  const mtx = new bcoin.MTX();
  for (const value of values)
    mtx.addOutput(ring.getAddress(), value);
  for (const coin of coins)
    mtx.addCoin(coin);
  mtx.sign(ring);
  const tx = mtx.toTX();
  await node.sendTX(tx);
  if (!node.mempool.has(tx.hash('hex')))
    throw new Error('the node does not take its own transaction');
  return tx;
}

let nodes;

const actions = {
  async copy(node, {hashes}) {
    for (const hash of hashes)
      await node.chain.add(await nodes.gateway.chain.getBlock(bcoin.util.revHex(hash)));
    return hashes.length;
  },

  mine: (node, {blocks}) => mine(node, blocks),

  // A transaction that spends the coinbase of a block.
  async spend(node, {height, fee = 10000}) {
    const coin = await coinbase(node, height);
    return (await send(node, [coin], [coin.value - fee])).txid();
  },

  // One that makes `count` outputs, and one more for each of them.
  async fan(node, {height, count}) {
    const coin = await coinbase(node, height);
    const value = Math.floor((coin.value - 100000) / count);
    const parent = await send(node, [coin], new Array(count).fill(value));
    const ids = [parent.txid()];
    for (let i = 0; i < count; ++i)
      ids.push((await send(node, [bcoin.Coin.fromTX(parent, i, -1)], [value - 1000])).txid());
    return ids;
  },

  tip: node => ({hash: node.chain.tip.rhash(), height: node.chain.height}),
  has: (node, {txid}) => node.mempool.has(bcoin.util.revHex(txid)),
  count: node => node.mempool.map.size,
  async block(node, {height}) {
    const block = await node.chain.getBlock((await node.chain.getEntryByHeight(height)).hash);
    return {hash: block.rhash(), transactions: block.txs.map(tx => tx.txid()), bytes: block.getSize()};
  },
  peers: node => {
    const agents = [];
    for (let peer = node.pool.peers.head(); peer; peer = peer.next)
      agents.push(peer.agent);
    return agents;
  }
};

(async () => {
  const [, , ...ports] = process.argv;
  const numbers = ports.map(Number);
  nodes = {gateway: makeNode(numbers[0], numbers[1]), user: makeNode(numbers[2], numbers[3])};
  for (const node of Object.values(nodes)) {
    await node.open();
    await node.connect();
    node.startSync();
  }
  await mine(nodes.gateway, FIRST_BLOCKS);
  for (let height = 1; height <= FIRST_BLOCKS; ++height)
    await nodes.user.chain.add(
      await nodes.gateway.chain.getBlock((await nodes.gateway.chain.getEntryByHeight(height)).hash));
  console.log(JSON.stringify({ok: 'ready'}));
  for await (const line of readline.createInterface({input: process.stdin})) {
    const request = JSON.parse(line);
    try {
      console.log(JSON.stringify({ok: await actions[request.do](nodes[request.node], request)}));
    } catch (error) {
      console.log(JSON.stringify({error: error.message}));
    }
  }
  process.exit(0);
})();
