#!/usr/bin/env node
// Makes tests/vectors/solana/transactions.json: signed transactions and what is in them, by @solana/kit (of the peers of the
// system tests). Keys are those whose secret bytes are all 7, or all 8, so that the file is the same each time.
//
//   node tools/make_solana_vectors.mjs
import fs from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const require = createRequire(new URL('../tests/system/', import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const kit = await load('@solana/kit');
const {getAdvanceNonceAccountInstruction, getTransferSolInstruction} = await load('@solana-program/system');

const signer = (byte) => kit.createKeyPairSignerFromPrivateKeyBytes(new Uint8Array(32).fill(byte));
const [payer, other] = [await signer(7), await signer(8)];
const blockhash = kit.getBase58Decoder().decode(new Uint8Array(32).fill(9));
const lifetime = {blockhash, lastValidBlockHeight: 1n};
const transfer = (source, destination, amount) =>
  getTransferSolInstruction({source, destination, amount: kit.lamports(amount)});

async function make(name, version, instructions, change = (m) => m) {
  const message = kit.pipe(
    kit.createTransactionMessage({version}),
    (m) => kit.setTransactionMessageFeePayerSigner(payer, m),
    (m) => kit.setTransactionMessageLifetimeUsingBlockhash(lifetime, m),
    (m) => kit.appendTransactionMessageInstructions(instructions, m), change);
  const transaction = await kit.signTransactionMessageWithSigners(message);
  const wire = kit.getTransactionEncoder().encode(transaction);
  return {name, base64: kit.getBase64EncodedWireTransaction(transaction), base58: kit.getBase58Decoder().decode(wire),
          signature: kit.getSignatureFromTransaction(transaction), fee_payer: payer.address, blockhash,
          signatures: Object.keys(transaction.signatures).length, versioned: version === 0,
          durable_nonce: name.includes('nonce')};
}

const table = kit.getBase58Decoder().decode(new Uint8Array(32).fill(10));
const transactions = [
  await make('a legacy transfer', 'legacy', [transfer(payer, other.address, 1n)]),
  await make('a transfer of version 0', 0, [transfer(payer, other.address, 2n)]),
  await make('two who sign', 0, [transfer(payer, other.address, 3n), transfer(other, payer.address, 4n)]),
  await make('with a lookup table', 0, [transfer(payer, other.address, 5n)],
             (m) => kit.compressTransactionMessageUsingAddressLookupTables(m, {[table]: [other.address]})),
  await make('with a nonce account', 'legacy',
             [getAdvanceNonceAccountInstruction({nonceAccount: other.address, nonceAuthority: payer}),
              transfer(payer, other.address, 6n)]),
];
const out = new URL('../tests/vectors/solana/', import.meta.url);
fs.mkdirSync(out, {recursive: true});
fs.writeFileSync(new URL('transactions.json', out),
                 `${JSON.stringify({made_by: 'tools/make_solana_vectors.mjs, @solana/kit', transactions}, null, 1)}\n`);
