#include "gnuradio/depinsat/codes.h"

#include <pybind11/pybind11.h>

namespace depinsat::blocks {
namespace {

namespace py = pybind11;
using namespace py::literals;

const auto kE = "e"_a = 16;
const auto kInterleaving = "interleaving"_a = 1;
const auto kDualBasis = "dual_basis"_a = true;
const auto kVirtualFill = "virtual_fill"_a = 0;
const auto kConvolutional = "code"_a = "k7_1-2";

void bind_reed_solomon(py::module_& m)
{
    m.def(
        "reed_solomon_encoder",
        [](unsigned e, unsigned interleaving, bool dual_basis, unsigned virtual_fill) {
            return make_reed_solomon_encoder({e, interleaving, dual_basis, virtual_fill});
        },
        "Data (bytes) in, Reed-Solomon codeblocks out.", kE, kInterleaving, kDualBasis,
        kVirtualFill);
    m.def(
        "reed_solomon_decoder",
        [](unsigned e, unsigned interleaving, bool dual_basis, unsigned virtual_fill) {
            return make_reed_solomon_decoder({e, interleaving, dual_basis, virtual_fill});
        },
        "Reed-Solomon codeblocks (bytes) in, data out. Tags: reed_solomon_corrected, "
        "reed_solomon_failed.",
        kE, kInterleaving, kDualBasis, kVirtualFill);
}

void bind_convolutional(py::module_& m)
{
    m.def("convolutional_encoder", &make_convolutional_encoder,
          "Bytes in, coded bits (one a byte) out: terminated frames, or one stream "
          "(frame_bytes=0).",
          kConvolutional, "frame_bytes"_a = 0);
    m.def(
        "viterbi_decoder", &make_viterbi_decoder,
        "LLRs of coded bits (int8, 1/8 nat, positive: 0) in, bytes out: terminated frames, or "
        "one stream (frame_bytes=0).",
        kConvolutional, "frame_bytes"_a = 0);
}

void bind_concatenated(py::module_& m)
{
    m.def(
        "concatenated_encoder",
        [](unsigned e, unsigned interleaving, bool dual_basis, unsigned virtual_fill,
           const std::string& code) {
            return make_concatenated_encoder({e, interleaving, dual_basis, virtual_fill}, code);
        },
        "Data (bytes) in, coded bits (one a byte) of terminated frames out.", kE, kInterleaving,
        kDualBasis, kVirtualFill, kConvolutional);
    m.def(
        "concatenated_decoder",
        [](unsigned e, unsigned interleaving, bool dual_basis, unsigned virtual_fill,
           const std::string& code) {
            return make_concatenated_decoder({e, interleaving, dual_basis, virtual_fill}, code);
        },
        "LLRs of terminated frames (int8, 1/8 nat, positive: 0) in, data out. Tags: "
        "reed_solomon_corrected, reed_solomon_failed.",
        kE, kInterleaving, kDualBasis, kVirtualFill, kConvolutional);
}

void bind_iterative(py::module_& m)
{
    m.def("ccsds_ldpc_encoder", &make_ccsds_ldpc_encoder, "Messages (bytes) in, codewords out.",
          "code"_a = "ar4ja_1-2_1024");
    m.def("ccsds_ldpc_decoder", &make_ccsds_ldpc_decoder,
          "LLRs of codewords (int8, 1/8 nat, positive: 0) in, messages out. Tags: "
          "ldpc_iterations, ldpc_failed.",
          "code"_a = "ar4ja_1-2_1024", "max_iterations"_a = 50);
    m.def("turbo_encoder", &make_turbo_encoder,
          "Messages (bytes) in, coded bits (one a byte) out.", "code"_a = "turbo_1-2_1784");
    m.def("turbo_decoder", &make_turbo_decoder,
          "LLRs of coded bits (int8, 1/8 nat, positive: 0) in, messages out. Tags: "
          "turbo_iterations, turbo_failed.",
          "code"_a = "turbo_1-2_1784", "max_iterations"_a = 10);
}

void bind_telecommands(py::module_& m)
{
    m.def("tc_bch_encoder", &make_tc_bch_encoder, "7 bytes in, BCH (63,56) codeblocks out.");
    m.def("tc_bch_decoder", &make_tc_bch_decoder,
          "BCH (63,56) codeblocks (8 bytes) in, 7 bytes out. Tags: bch_corrected, bch_failed.",
          "mode"_a = "correct");
    m.def("cltu_encoder", &make_cltu_encoder,
          "Frames (bytes with packet_len tags) in, CLTUs with packet_len tags out.",
          "randomized"_a = true);
    m.def("cltu_decoder", &make_cltu_decoder,
          "Bits (packed, at any bit position) in, information of CLTUs out. Tags: packet_len, "
          "cltu_corrected, cltu_failed.",
          "mode"_a = "correct", "randomized"_a = true, "max_codeblocks"_a = 1024);
}

void bind_randomizer(py::module_& m)
{
    m.def("tm_randomizer", &make_tm_randomizer,
          "Randomises frames of bytes, bits (one a byte) or LLRs, or restores them.",
          "sequence"_a = "tm_255", "frame_items"_a = 1115, "items"_a = "bytes");
}

void bind_raptorq(py::module_& m)
{
    m.def("raptorq_encoder", &make_raptorq_encoder,
          "Bytes in, packets of FEC Payload ID (4 bytes) and symbol out.",
          "source_symbols"_a = 100, "symbol_bytes"_a = 1200, "repair_symbols"_a = 20);
    m.def("raptorq_decoder", &make_raptorq_decoder,
          "Packets of the encoder in, those that were lost left out; bytes out. Tags: "
          "raptorq_restored, raptorq_failed, raptorq_lost.",
          "source_symbols"_a = 100, "symbol_bytes"_a = 1200);
}

} // namespace

void bind_codes(py::module_& m)
{
    bind_reed_solomon(m);
    bind_convolutional(m);
    bind_concatenated(m);
    bind_iterative(m);
    bind_telecommands(m);
    bind_randomizer(m);
    bind_raptorq(m);
}

} // namespace depinsat::blocks
