#include "depinsat/waveform/dvbs2_encoder.h"

#include "depinsat/fec/bch_encoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "depinsat/framing/bbframe.h"
#include "depinsat/framing/pl_scrambler.h"
#include "depinsat/framing/plframe.h"
#include "depinsat/framing/rolloff.h"
#include "depinsat/modulation/interleaver.h"
#include "depinsat/modulation/mapper.h"
#include "dvbs2_vlsnr_mapper.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

namespace depinsat::waveform {
namespace {

// Stages of one MODCOD.
struct Stages {
    explicit Stages(const framing::Modcod& modcod)
        : bch(fec::find_bch_code(modcod.fec_code)),
          ldpc(fec::find_ldpc_code(modcod.fec_code)),
          interleaver(modcod.bits_per_symbol, modcod.interleaver),
          constellation(modcod.vlsnr ? nullptr
                                     : &modulation::find_constellation(modcod.constellation))
    {}

    fec::BchEncoder bch;
    fec::LdpcEncoder ldpc;
    modulation::BitInterleaver interleaver;
    const modulation::Constellation* constellation; // none: VL-SNR maps in its own way
};

} // namespace

struct Dvbs2Encoder::Impl {
    Impl(double rolloff, unsigned pl_scrambling_n)
        : rolloff_field(rolloff), scrambler(pl_scrambling_n)
    {
        dummy.assign(framing::plframe_symbols(framing::kDummySlots, false),
                     framing::kUnmodulated);
        finish(framing::kDummyPlsCode, dummy);
    }

    Stages& stages_of(const framing::Modcod& modcod)
    {
        auto& entry = stages[&modcod];
        if (!entry) {
            entry = std::make_unique<Stages>(modcod);
            fecframe.reserve(modcod.n_ldpc / 8);
            plframe.reserve(framing::plframe_symbols(modcod.slots, true));
            if (modcod.vlsnr) {
                vlsnr.prepare(modcod);
                return *entry;
            }
            labels.reserve(modcod.xfecframe_symbols());
            xfecframe.reserve(modcod.xfecframe_symbols());
        }
        return *entry;
    }

    // FECFRAME: BBFRAME, BCH parity and LDPC parity one behind the other, in place; of VL-SNR
    // behind the zeros by which it is shortened, of which the BCH code may know some itself.
    void encode_fecframe(const Dvbs2FrameToSend& frame, Stages& stage)
    {
        const auto& modcod = *frame.modcod;
        auto header = frame.header;
        header.rolloff_code = rolloff_field.next();
        fecframe.assign(modcod.n_ldpc / 8, 0);
        const std::span bits(fecframe);
        const auto information = bits.first(stage.ldpc.code().k / 8);
        const size_t zeros = modcod.vlsnr ? modcod.vlsnr->shortened / 8 : 0;
        framing::build_bbframe(header, frame.data_field,
                               information.subspan(zeros, (modcod.k_bch + 7) / 8));
        const auto codeword = information.last(stage.bch.code().n / 8);
        stage.bch.encode(codeword.first(fec::message_bytes(stage.bch.code())), codeword);
        stage.ldpc.encode(information, bits);
    }

    void map_vlsnr(const framing::Modcod& modcod)
    {
        plframe.resize(framing::plframe_symbols(modcod.slots, true));
        const auto payload = std::span(plframe).subspan(framing::kPlHeaderSymbols);
        vlsnr.map(modcod, fecframe, scrambler, payload);
        framing::write_plheader(modcod.pls_code | 1,
                                std::span(plframe).first<framing::kPlHeaderSymbols>());
    }

    void map(const framing::Modcod& modcod, bool pilots, Stages& stage)
    {
        labels.resize(modcod.xfecframe_symbols());
        stage.interleaver.interleave(fecframe, labels);
        plframe.resize(framing::plframe_symbols(modcod.slots, pilots));
        const auto payload = std::span(plframe).subspan(framing::kPlHeaderSymbols);
        if (!pilots) {
            modulation::map_labels(*stage.constellation, labels, payload);
            return;
        }
        xfecframe.resize(labels.size());
        modulation::map_labels(*stage.constellation, labels, xfecframe);
        framing::insert_pilots(xfecframe, payload);
    }

    void finish(uint8_t pls_code, std::span<Sample> whole) const
    {
        framing::write_plheader(pls_code, whole.first<framing::kPlHeaderSymbols>());
        const auto payload = whole.subspan(framing::kPlHeaderSymbols);
        scrambler.scramble(payload, payload);
    }

    framing::RolloffField rolloff_field;
    framing::PlScrambler scrambler;
    std::map<const framing::Modcod*, std::unique_ptr<Stages>> stages;
    Dvbs2VlSnrMapper vlsnr;
    std::vector<uint8_t> fecframe, labels;
    std::vector<Sample> xfecframe, plframe, dummy;
};

Dvbs2Encoder::Dvbs2Encoder(double rolloff, unsigned pl_scrambling_n)
    : impl_(std::make_unique<Impl>(rolloff, pl_scrambling_n))
{}

Dvbs2Encoder::~Dvbs2Encoder() = default;

void Dvbs2Encoder::prepare(const framing::Modcod& modcod)
{
    impl_->stages_of(modcod);
}

std::span<const Sample> Dvbs2Encoder::encode(const Dvbs2FrameToSend& frame)
{
    if (!frame.modcod)
        throw std::invalid_argument("frame to send: no MODCOD");
    if (!framing::can_be_sent(*frame.modcod, frame.pilots))
        throw std::invalid_argument("frame to send: VL-SNR always has pilots");
    const size_t room = frame.modcod->data_field_bytes();
    if (frame.data_field.size() > room)
        throw std::invalid_argument(
            "frame to send: data field of " + std::to_string(frame.data_field.size()) +
            " bytes, " + std::string(frame.modcod->name) + " holds " + std::to_string(room));
    auto& stage = impl_->stages_of(*frame.modcod);
    impl_->encode_fecframe(frame, stage);
    if (frame.modcod->vlsnr) {
        impl_->map_vlsnr(*frame.modcod);
        return impl_->plframe;
    }
    impl_->map(*frame.modcod, frame.pilots, stage);
    impl_->finish(uint8_t(frame.modcod->pls_code | (frame.pilots ? 1 : 0)), impl_->plframe);
    return impl_->plframe;
}

std::span<const Sample> Dvbs2Encoder::dummy() const
{
    return impl_->dummy;
}

} // namespace depinsat::waveform
