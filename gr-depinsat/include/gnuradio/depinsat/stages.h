#pragma once

#include <gnuradio/block.h>

#include <string>

#ifndef DEPINSAT_BLOCKS_API
#define DEPINSAT_BLOCKS_API __attribute__((visibility("default")))
#endif

/// Single stages of the DVB-S2 chain as blocks, for flowgraphs that people draw.
///
/// Frames    one after the other without gaps; the first item is the first one of a frame. What
///           is left of a frame when the stream ends stays unprocessed.
/// Latency   GNU Radio holds several frames in front of each stage.
/// modcod    "qpsk_1-2" ...; frame_size: "normal", "short".
/// LLRs      int8 in units of 1/8 nat, positive means bit 0.
/// Failure   every function throws std::invalid_argument that names the key and the allowed
///           values; frames that fail are tagged (docs/blocks.md).
namespace depinsat::blocks {

/// Data fields -> scrambled BBFRAMEs; each data field is full.
DEPINSAT_BLOCKS_API gr::block_sptr make_bb_framer(const std::string& modcod,
                                                  const std::string& frame_size,
                                                  double rolloff,
                                                  unsigned isi,
                                                  const std::string& stream_type);

/// Scrambled BBFRAMEs -> data fields; BBFRAMEs with a wrong header give nothing but a tag.
DEPINSAT_BLOCKS_API gr::block_sptr make_bb_deframer(const std::string& modcod,
                                                    const std::string& frame_size);

/// BBFRAMEs -> scrambled BBFRAMEs, and back.
DEPINSAT_BLOCKS_API gr::block_sptr make_bb_scrambler(const std::string& modcod,
                                                     const std::string& frame_size);

/// BBFRAMEs <-> BCH codewords.
DEPINSAT_BLOCKS_API gr::block_sptr make_bch_encoder(const std::string& modcod,
                                                    const std::string& frame_size);
DEPINSAT_BLOCKS_API gr::block_sptr make_bch_decoder(const std::string& modcod,
                                                    const std::string& frame_size);

/// BCH codewords -> FECFRAMEs; LLRs of FECFRAMEs -> BCH codewords.
DEPINSAT_BLOCKS_API gr::block_sptr make_ldpc_encoder(const std::string& modcod,
                                                     const std::string& frame_size);
DEPINSAT_BLOCKS_API gr::block_sptr make_ldpc_decoder(const std::string& modcod,
                                                     const std::string& frame_size,
                                                     unsigned max_iterations);

/// FECFRAMEs -> labels, one a byte -> symbols.
DEPINSAT_BLOCKS_API gr::block_sptr make_interleaver(const std::string& modcod,
                                                    const std::string& frame_size);
DEPINSAT_BLOCKS_API gr::block_sptr make_mapper(const std::string& constellation);

/// Symbols -> LLRs in the order of the FECFRAME.
DEPINSAT_BLOCKS_API gr::block_sptr
make_demapper(const std::string& modcod, const std::string& frame_size, double esn0_db);

/// XFECFRAMEs <-> PLFRAMEs: PLHEADER, pilots, PL scrambling.
DEPINSAT_BLOCKS_API gr::block_sptr make_plframer(const std::string& modcod,
                                                 const std::string& frame_size,
                                                 bool pilots,
                                                 unsigned pl_scrambling_n);
DEPINSAT_BLOCKS_API gr::block_sptr make_pl_deframer(const std::string& modcod,
                                                    const std::string& frame_size,
                                                    bool pilots,
                                                    unsigned pl_scrambling_n);

/// Symbols -> samples, root-raised cosine.
DEPINSAT_BLOCKS_API gr::block_sptr make_pulse_shaper(unsigned samples_per_symbol,
                                                     double rolloff);

/// Samples -> samples of mean power 1; the gain follows pieces of so many samples, 64 to 4096.
DEPINSAT_BLOCKS_API gr::block_sptr make_agc(unsigned piece_size);

/// Samples of mean power 1 -> one value a symbol: matched filter and symbol clock. The carrier
/// may turn; the values turn with it.
DEPINSAT_BLOCKS_API gr::block_sptr
make_symbol_synchroniser(double sample_rate_hz, double symbol_rate_baud, double rolloff);

/// PDUs (message port "pdus") -> data fields with GSE packets, as they come.
DEPINSAT_BLOCKS_API gr::block_sptr make_gse_encapsulator(const std::string& modcod,
                                                         const std::string& frame_size,
                                                         unsigned protocol_type);

/// Data fields with the tags of dvbs2_receiver -> PDUs (message port "pdus").
/// @param isi  of several input streams, 0 to 255; -1: every frame.
DEPINSAT_BLOCKS_API gr::block_sptr make_gse_decapsulator(int isi = -1);

/// Data fields with the tags of dvbs2_receiver -> packets of a transport stream, 188 bytes
/// each.
/// @param isi  as above.
DEPINSAT_BLOCKS_API gr::block_sptr make_ts_deframer(int isi = -1);

} // namespace depinsat::blocks
