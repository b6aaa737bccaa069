// A small RPC server in front of litesvm, which executes real transactions in this process.
// Prints its port. Methods of the tests' own: test_transfer (a signed transfer, as base64),
// test_expire (the latest blockhash expires), test_counts, test_deaf (transactions are taken, and dropped, as by a
// node that loses them on the way to the leader), test_sick (the node says that it is behind).
import http from 'node:http';

import {getTransferSolInstruction} from '@solana-program/system';
import * as kit from '@solana/kit';
import {FailedTransactionMetadata, LiteSVM} from 'litesvm';

const svm = new LiteSVM();
const payer = await kit.createKeyPairSignerFromPrivateKeyBytes(new Uint8Array(32).fill(7));
const recipient = await kit.createKeyPairSignerFromPrivateKeyBytes(new Uint8Array(32).fill(8));
svm.airdrop(payer.address, kit.lamports(1_000_000_000_000n));

const counts = {received: 0, executed: 0, calls: {}};
const statuses = new Map(); // signature -> value of getSignatureStatuses
let height = 1000, deaf = false, sick = false;

class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    Object.assign(this, {code, data});
  }
}

function decode(text, options = {}) {
  const bytes = options.encoding === 'base64' ? Buffer.from(text, 'base64') : kit.getBase58Encoder().encode(text);
  return kit.getTransactionDecoder().decode(bytes);
}

function context(value) {
  return {context: {slot: height}, value};
}

function errorName(failed) {
  const error = failed.err();
  return typeof error === 'number' ? ['AccountInUse', 'AccountLoadedTwice', 'AccountNotFound', 'ProgramAccountNotFound',
    'InsufficientFundsForFee', 'InvalidAccountForFee', 'AlreadyProcessed', 'BlockhashNotFound'][error] ?? String(error) : String(error);
}

const methods = {
  sendTransaction(text, options) {
    ++counts.received;
    const transaction = decode(text, options);
    const signature = kit.getSignatureFromTransaction(transaction);
    if (deaf)
      return signature;
    const result = svm.sendTransaction(transaction);
    if (!(result instanceof FailedTransactionMetadata)) {
      ++counts.executed;
      statuses.set(signature, {slot: height, confirmations: 1, err: null, confirmationStatus: 'confirmed'});
      setTimeout(() => statuses.set(signature, {slot: height, confirmations: null, err: null,
                                                confirmationStatus: 'finalized'}), 3000);
      return signature;
    }
    if (options?.skipPreflight)
      return signature; // a node does not tell then
    throw new RpcError(-32002, `Transaction simulation failed: ${errorName(result)}`,
                       {err: errorName(result), logs: result.meta().logs()});
  },
  simulateTransaction(text, options) {
    const result = svm.simulateTransaction(decode(text, options));
    const failed = result instanceof FailedTransactionMetadata;
    return context({err: failed ? errorName(result) : null, logs: result.meta().logs(),
                    unitsConsumed: Number(result.meta().computeUnitsConsumed())});
  },
  getLatestBlockhash() {
    return context({blockhash: svm.latestBlockhash(), lastValidBlockHeight: height + 150});
  },
  isBlockhashValid(hash) {
    return context(hash === svm.latestBlockhash());
  },
  getSlot() {
    return Math.floor(Date.now() / 400);
  },
  getHealth() {
    if (sick)
      throw new RpcError(-32005, 'Node is behind by 42 slots', {numSlotsBehind: 42});
    return 'ok';
  },
  getBalance(address) {
    return context(Number(svm.getBalance(address) ?? 0n));
  },
  getSignatureStatuses(signatures) {
    return context(signatures.map((signature) => statuses.get(signature) ?? null));
  },
  async test_transfer(lamports, version) {
    const message = kit.pipe(
      kit.createTransactionMessage({version}),
      (m) => kit.setTransactionMessageFeePayerSigner(payer, m),
      (m) => kit.setTransactionMessageLifetimeUsingBlockhash({blockhash: svm.latestBlockhash(), lastValidBlockHeight: 0n}, m),
      (m) => kit.appendTransactionMessageInstruction(
        getTransferSolInstruction({source: payer, destination: recipient.address, amount: kit.lamports(BigInt(lamports))}), m));
    const transaction = await kit.signTransactionMessageWithSigners(message);
    return {signature: kit.getSignatureFromTransaction(transaction), base64: kit.getBase64EncodedWireTransaction(transaction),
            base58: kit.getBase58Decoder().decode(kit.getTransactionEncoder().encode(transaction)),
            recipient: recipient.address, blockhash: svm.latestBlockhash()};
  },
  test_expire() {
    svm.expireBlockhash();
    height += 200;
    return null;
  },
  test_deaf(on) {
    deaf = on;
    return null;
  },
  test_sick(on) {
    sick = on;
    return null;
  },
  test_counts() {
    return counts;
  },
};

async function answer(request) {
  const reply = {jsonrpc: '2.0', id: request.id};
  try {
    if (!(request.method in methods))
      throw new RpcError(-32601, 'Method not found');
    counts.calls[request.method] = (counts.calls[request.method] ?? 0) + 1;
    reply.result = await methods[request.method](...(request.params ?? []));
  } catch (error) {
    reply.error = {code: error.code ?? -32602, message: error.message, data: error.data};
  }
  return reply;
}

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', async () => {
    const body = JSON.stringify(await answer(JSON.parse(Buffer.concat(pieces))));
    response.writeHead(200, {'Content-Type': 'application/json'}).end(body);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
