#pragma once

#include "depinsat/fec/reed_solomon.h"

#include <gnuradio/block.h>

#include <string>

#ifndef DEPINSAT_BLOCKS_API
#define DEPINSAT_BLOCKS_API __attribute__((visibility("default")))
#endif

/// The codes of CCSDS, and RaptorQ, as blocks.
///
/// Frames    one after the other without gaps, as in stages.h. What is left of a frame when the
///           stream ends stays unprocessed.
/// Bytes     packed, most significant bit first. Coded bits of convolutional, concatenated and
///           turbo codes are one a byte, because their frames do not fill octets.
/// LLRs      int8 in units of 1/8 nat, positive means bit 0; -128 counts as -127.
/// Failure   every function throws std::invalid_argument that names the key and the allowed
///           values; frames that fail are put out as far as they were decoded, and tagged
///           (docs/blocks.md).
namespace depinsat::blocks {

/// Data -> codeblocks, and back.
DEPINSAT_BLOCKS_API gr::block_sptr make_reed_solomon_encoder(const fec::ReedSolomonCode& code);
DEPINSAT_BLOCKS_API gr::block_sptr make_reed_solomon_decoder(const fec::ReedSolomonCode& code);

/// Bytes -> coded bits; LLRs -> bytes.
///
/// @param code         "k7_1-2", "k7_2-3", "k7_3-4", "k7_5-6", "k7_7-8".
/// @param frame_bytes  of frames that end with six zeros each, 1 to 65536; 0: one stream, which
///                     ends with six zeros when the input does. The decoder of a stream expects
///                     its first bit first, and no certain end.
DEPINSAT_BLOCKS_API gr::block_sptr make_convolutional_encoder(const std::string& code,
                                                              unsigned frame_bytes);
DEPINSAT_BLOCKS_API gr::block_sptr make_viterbi_decoder(const std::string& code,
                                                        unsigned frame_bytes);

/// Data -> coded bits of Reed-Solomon codeblocks in terminated convolutional frames; LLRs of
/// them -> data.
///
/// @param code  of the inner code, as above.
DEPINSAT_BLOCKS_API gr::block_sptr make_concatenated_encoder(const fec::ReedSolomonCode& outer,
                                                             const std::string& code);
DEPINSAT_BLOCKS_API gr::block_sptr make_concatenated_decoder(const fec::ReedSolomonCode& outer,
                                                             const std::string& code);

/// Messages -> codewords in bytes; LLRs -> messages.
///
/// @param code            a name of fec::ccsds_ldpc_codes(): "ar4ja_1-2_1024", "c2" ...
/// @param max_iterations  1 to 1000; changes with a message.
DEPINSAT_BLOCKS_API gr::block_sptr make_ccsds_ldpc_encoder(const std::string& code);
DEPINSAT_BLOCKS_API gr::block_sptr make_ccsds_ldpc_decoder(const std::string& code,
                                                           unsigned max_iterations);

/// Messages -> coded bits; LLRs -> messages.
///
/// @param code            a name of fec::turbo_codes(): "turbo_1-2_8920" ...
/// @param max_iterations  1 to 1000; changes with a message.
DEPINSAT_BLOCKS_API gr::block_sptr make_turbo_encoder(const std::string& code);
DEPINSAT_BLOCKS_API gr::block_sptr make_turbo_decoder(const std::string& code,
                                                      unsigned max_iterations);

/// Information <-> BCH (63,56) codeblocks of telecommands, 7 bytes <-> 8.
///
/// @param mode  "correct": one error is corrected; "detect": none is.
DEPINSAT_BLOCKS_API gr::block_sptr make_tc_bch_encoder();
DEPINSAT_BLOCKS_API gr::block_sptr make_tc_bch_decoder(const std::string& mode);

/// Frames -> CLTUs, both with packet_len tags; bits in bytes at any bit position -> what the
/// CLTUs in them hold, with fill.
///
/// @param max_codeblocks  of one CLTU, 1 to 2^20; a longer one ends there.
DEPINSAT_BLOCKS_API gr::block_sptr make_cltu_encoder(bool randomized);
DEPINSAT_BLOCKS_API gr::block_sptr
make_cltu_decoder(const std::string& mode, bool randomized, unsigned max_codeblocks);

/// Randomises telemetry frames, and restores them; the sequence begins anew with each frame.
///
/// @param sequence     "tm_255", "tm_131071".
/// @param frame_items  1 to 524288.
/// @param items        "bytes": packed; "bits": one a byte; "llrs": received, to be restored.
DEPINSAT_BLOCKS_API gr::block_sptr
make_tm_randomizer(const std::string& sequence, unsigned frame_items, const std::string& items);

/// Bytes -> packets of RaptorQ source blocks, for channels that lose packets; what came of them
/// in order -> bytes. A packet is the FEC Payload ID (RFC 6330, clause 3.2: 8 bits of source
/// block number, 24 of encoding symbol identifier) and a symbol.
///
/// Memory    the encoder's about 2.2, the decoder's about 4 source blocks, and as much as comes
///           out for one.
/// @param source_symbols  K of a block, 1 to 8192.
/// @param symbol_bytes    a multiple of 4 from 4 to 65532.
/// @param repair_symbols  behind the K of each block, 0 to 8192; changes with a message.
DEPINSAT_BLOCKS_API gr::block_sptr
make_raptorq_encoder(unsigned source_symbols, unsigned symbol_bytes, unsigned repair_symbols);
DEPINSAT_BLOCKS_API gr::block_sptr make_raptorq_decoder(unsigned source_symbols,
                                                        unsigned symbol_bytes);

} // namespace depinsat::blocks
