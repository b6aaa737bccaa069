#include "gr-depinsat/lib/byte_transmitter.h"

#include "depinsat/framing/gse.h"
#include "depinsat/framing/plframe.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace depinsat;
using blocks::ByteTransmitter;

namespace {

const framing::Modcod& modcod()
{
    return framing::find_modcod("qpsk_1-2", framing::FrameSize::kShort);
}

ByteTransmitter transmitter(bool dummy_frames)
{
    return ByteTransmitter({&modcod(), true, {}, dummy_frames}, {0.20, 1, 0});
}

std::vector<uint8_t> bytes(size_t count)
{
    std::mt19937 random(1);
    std::vector<uint8_t> all(count);
    std::ranges::generate(all, [&] { return uint8_t(random()); });
    return all;
}

/// Everything that comes of a finite stream, asked for in pieces of the given size.
std::vector<Sample> run(std::span<const uint8_t> in, size_t piece)
{
    ByteTransmitter kernel = transmitter(false);
    std::vector<Sample> all, out(piece);
    for (ByteTransmitter::Step step; !step.ended;) {
        step = kernel.run(in, true, out);
        in = in.subspan(step.taken);
        all.insert(all.end(), out.begin(), out.begin() + ptrdiff_t(step.filled));
    }
    BOOST_TEST(in.empty());
    return all;
}

const size_t kFrame = framing::plframe_symbols(modcod().slots, true);
const size_t kDummy = framing::plframe_symbols(framing::kDummySlots, false);

} // namespace

BOOST_AUTO_TEST_CASE(a_stream_becomes_frames_and_one_dummy_whatever_the_pieces)
{
    const auto in = bytes(2 * modcod().data_field_bytes() + 1); // the last frame holds a byte
    const auto whole = run(in, 100'000);
    BOOST_TEST(whole.size() == 3 * kFrame + kDummy);
    for (const size_t piece : {1, 2, 255, 256, 257, 8370})
        BOOST_TEST((run(in, piece) == whole));
}

BOOST_AUTO_TEST_CASE(an_empty_stream_is_one_dummy_frame)
{
    BOOST_TEST(run({}, 1000).size() == kDummy);
}

BOOST_AUTO_TEST_CASE(bytes_are_taken_for_the_frame_that_is_due_only)
{
    ByteTransmitter kernel = transmitter(false);
    const auto in = bytes(5 * modcod().data_field_bytes());
    std::vector<Sample> out(100);
    auto step = kernel.run(in, false, out);
    BOOST_TEST(step.frame_started);
    BOOST_TEST(step.taken == modcod().data_field_bytes());
    for (size_t sent = step.filled; sent < kFrame; sent += step.filled) {
        step = kernel.run(std::span(in).subspan(modcod().data_field_bytes()), false, out);
        BOOST_TEST(step.taken == 0);
        BOOST_TEST(!step.frame_started);
    }
    BOOST_TEST(kernel.waits());
}

BOOST_AUTO_TEST_CASE(
    gse_packets_go_on_in_the_next_frame_and_none_waits_while_it_would_send_dummies)
{
    framing::BbHeader header;
    header.stream_type = framing::StreamType::kGseHem;
    const size_t field = modcod().data_field_bytes();
    std::vector<uint8_t> packets; // of 4 + 596 bytes, padding behind each
    for (int i = 0; i < 3; ++i) {
        packets.resize(packets.size() + framing::kGseHeaderBytes);
        framing::write_gse_header(0x0800, 596,
                                  std::span(packets).last<framing::kGseHeaderBytes>());
        packets.resize(packets.size() + 596 + 269);
    }
    ByteTransmitter kernel({&modcod(), true, header, true}, {0.20, 1, 0});
    std::vector<Sample> out(100);
    size_t taken = 0;
    const auto next_frame = [&] {
        ByteTransmitter::Step step = kernel.run(std::span(packets).subspan(taken), false, out);
        taken += step.taken;
        for (size_t sent = step.filled, left = step.frame_started ? kFrame : kDummy;
             sent < left;)
            sent += kernel.run({}, false, out).filled;
        return step.frame_started;
    };
    BOOST_TEST(next_frame()); // full: one packet and a part
    BOOST_TEST(taken ==
               field + 600);  // the second one is whole, and what follows it still waits
    BOOST_TEST(next_frame()); // full: the rest and the third one's beginning
    BOOST_TEST(taken > 2 * field);
    BOOST_TEST(next_frame());  // short
    BOOST_TEST(!next_frame()); // a dummy
    BOOST_TEST(taken == packets.size());
    BOOST_TEST(kernel.frames() == 3u);
}

BOOST_AUTO_TEST_CASE(with_less_than_a_data_field_it_waits_or_sends_dummies)
{
    const auto in = bytes(modcod().data_field_bytes() - 1);
    std::vector<Sample> out(100);
    ByteTransmitter waiting = transmitter(false);
    auto step = waiting.run(in, false, out);
    BOOST_TEST(step.taken == in.size());
    BOOST_TEST(step.filled == 0);
    BOOST_TEST(waiting.waits());

    ByteTransmitter live = transmitter(true);
    step = live.run(in, false, out);
    BOOST_TEST(step.dummy_started);
    BOOST_TEST(!live.waits());
    for (size_t sent = step.filled; sent < kDummy; sent += step.filled)
        step = live.run({}, false, out);
    step = live.run(std::span(in).first(1), false, out);
    BOOST_TEST(step.frame_started);
    BOOST_TEST(live.frames() == 1);
}
