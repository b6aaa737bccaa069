#pragma once

#include "depinsat/fec/ccsds_ldpc_code.h"
#include "depinsat/fec/convolutional_code.h"
#include "depinsat/fec/reed_solomon.h"
#include "depinsat/fec/turbo_code.h"
#include "depinsat/framing/modcod.h"
#include "fer/codec.h"

#include <string_view>

namespace depinsat::fer {

/// LDPC around BCH of DVB-S2 and DVB-S2X; where the code is sent shortened, so it is here.
std::unique_ptr<Codec> make_dvb_codec(std::string_view code, unsigned iterations);

/// Of a MODCOD of VL-SNR: shortened, punctured and spread.
std::unique_ptr<Codec> make_vlsnr_codec(const framing::Modcod&, unsigned iterations);

std::unique_ptr<Codec> make_ccsds_ldpc_codec(const fec::CcsdsLdpcCode&, unsigned iterations);
std::unique_ptr<Codec> make_turbo_codec(const fec::TurboCode&, unsigned iterations);
/// Terminated frames.
std::unique_ptr<Codec> make_convolutional_codec(const fec::ConvolutionalCode&,
                                                size_t message_bytes);
/// Hard decisions, symbols in the dual basis.
std::unique_ptr<Codec> make_reed_solomon_codec(const fec::ReedSolomonCode&);
std::unique_ptr<Codec> make_concatenated_codec(const fec::ReedSolomonCode& outer,
                                               const fec::ConvolutionalCode& inner);
/// (63,56) of telecommands, hard decisions, corrects one error; 64 bits are sent.
std::unique_ptr<Codec> make_tc_bch_codec();

} // namespace depinsat::fer
