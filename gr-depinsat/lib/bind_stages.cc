#include "gnuradio/depinsat/stages.h"

#include <pybind11/pybind11.h>

namespace depinsat::blocks {
namespace {

namespace py = pybind11;
using namespace py::literals;

const auto kModcod = "modcod"_a = "qpsk_1-2";
const auto kFrameSize = "frame_size"_a = "short";

void bind_frames(py::module_& m)
{
    m.def("bb_framer", &make_bb_framer,
          "Data fields (bytes) in, scrambled BBFRAMEs out; every data field is full.", kModcod,
          kFrameSize, "rolloff"_a = 0.20, "isi"_a = 0, "stream_type"_a = "generic_continuous");
    m.def("bb_deframer", &make_bb_deframer,
          "Scrambled BBFRAMEs (bytes) in, data fields out. Tags: data_field_bytes, "
          "bbheader_failed.",
          kModcod, kFrameSize);
    m.def("bb_scrambler", &make_bb_scrambler, "Scrambles BBFRAMEs (bytes), or undoes it.",
          kModcod, kFrameSize);
    m.def("plframer", &make_plframer,
          "XFECFRAMEs (symbols) in, PLFRAMEs out: PLHEADER, pilots, PL scrambling.", kModcod,
          kFrameSize, "pilots"_a = true, "pl_scrambling_n"_a = 0);
    m.def("pl_deframer", &make_pl_deframer,
          "PLFRAMEs (symbols in phase) in, XFECFRAMEs out. Tag: pls_code, as decoded.", kModcod,
          kFrameSize, "pilots"_a = true, "pl_scrambling_n"_a = 0);
}

void bind_fec(py::module_& m)
{
    m.def("bch_encoder", &make_bch_encoder, "BBFRAMEs (bytes) in, BCH codewords out.", kModcod,
          kFrameSize);
    m.def("bch_decoder", &make_bch_decoder,
          "BCH codewords (bytes) in, BBFRAMEs out. Tags: bch_corrected, bch_failed.", kModcod,
          kFrameSize);
    m.def("ldpc_encoder", &make_ldpc_encoder, "BCH codewords (bytes) in, FECFRAMEs out.",
          kModcod, kFrameSize);
    m.def("ldpc_decoder", &make_ldpc_decoder,
          "LLRs of FECFRAMEs (int8, 1/8 nat, positive: 0) in, BCH codewords out. Tags: "
          "ldpc_iterations, ldpc_failed.",
          kModcod, kFrameSize, "max_iterations"_a = 25);
}

void bind_symbols(py::module_& m)
{
    m.def("interleaver", &make_interleaver, "FECFRAMEs (bytes) in, labels out, one a byte.",
          kModcod, kFrameSize);
    m.def("mapper", &make_mapper, "Labels in, symbols out.", "constellation"_a = "QPSK");
    m.def("demapper", &make_demapper,
          "Symbols in, LLRs (int8, 1/8 nat, positive: 0) in the order of the FECFRAME out.",
          kModcod, kFrameSize, "esn0_db"_a = 10.0);
    m.def("pulse_shaper", &make_pulse_shaper, "Symbols in, root-raised-cosine samples out.",
          "samples_per_symbol"_a = 2, "rolloff"_a = 0.20);
}

void bind_synchronisation(py::module_& m)
{
    m.def("agc", &make_agc, "Samples in, samples of mean power 1 out.", "piece_size"_a = 128);
    m.def(
        "symbol_synchroniser", &make_symbol_synchroniser,
        "Samples of mean power 1 in, one value a symbol out: matched filter and symbol clock.",
        "sample_rate_hz"_a = 1e6, "symbol_rate_baud"_a = 0.5e6, "rolloff"_a = 0.20);
}

void bind_gse(py::module_& m)
{
    m.def("gse_encapsulator", &make_gse_encapsulator,
          "PDUs (message port pdus) in, data fields with GSE packets out as soon as there are "
          "PDUs; dvbs2_transmitter with dummy_frames takes them.",
          kModcod, kFrameSize, "protocol_type"_a = 0x0800);
    m.def("gse_decapsulator", &make_gse_decapsulator,
          "Data fields of dvbs2_receiver with their tags in, PDUs (message port pdus) out. "
          "isi -- of several input streams, 0 to 255; -1: every frame.",
          "isi"_a = -1);
    m.def("ts_deframer", &make_ts_deframer,
          "Data fields of dvbs2_receiver with their tags in, packets of the transport stream "
          "(188 "
          "bytes each) out; a damaged one has its transport_error_indicator set. "
          "isi -- of several input streams, 0 to 255; -1: every frame.",
          "isi"_a = -1);
}

} // namespace

void bind_stages(py::module_& m)
{
    bind_frames(m);
    bind_fec(m);
    bind_symbols(m);
    bind_synchronisation(m);
    bind_gse(m);
}

} // namespace depinsat::blocks
