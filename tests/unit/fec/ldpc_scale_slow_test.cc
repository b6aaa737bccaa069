// How far the waterfall moves if the LLRs are 3 dB too small or too large: the table of
// docs/fec.md.
#include "awgn_llrs.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "random_bytes.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

constexpr unsigned kSeed = 1;
constexpr int kFrames = 150;
constexpr double kStepDb = 0.1, kFarthestDb = 1;

struct Row {
    const char* code;
    double ideal_esn0_db;      ///< EN 302 307-1, table 13
    double small_db, large_db; ///< by how much the waterfall moves up; kFarthestDb is "more"
};

std::ostream& operator<<(std::ostream& out, const Row& row)
{
    return out << row.code;
}

constexpr Row kRows[] = {{"s2_normal_1-4", -2.35, 0.75, kFarthestDb},
                         {"s2_normal_1-2", 1.00, 0.3, 0.2},
                         {"s2_normal_3-5", 2.23, 0.3, 0.6},
                         {"s2_normal_3-4", 4.03, 0.15, 0.5},
                         {"s2_normal_8-9", 6.20, 0.0, 0.15}};

/// Of QPSK frames, at most 50 iterations. The noise is the same at every point.
int lost_frames(const fec::LdpcCode& code, double esn0_db, double scale_db)
{
    std::mt19937 rng(kSeed);
    fec::LdpcEncoder encoder(code);
    fec::LdpcDecoder decoder(code, 50);
    std::vector<uint8_t> codeword(code.n / 8), decoded(code.k / 8);
    int lost = 0;
    for (int frame = 0; frame < kFrames; ++frame) {
        const auto message = test::random_bytes(code.k / 8, rng);
        encoder.encode(message, codeword);
        const auto llrs = test::qpsk_llrs(codeword, esn0_db, rng, scale_db);
        lost += !decoder.decode(llrs, decoded) || decoded != message;
    }
    return lost;
}

/// Es/N0 where one frame in ten is lost, by a line between the points on both sides, or
/// kFarthestDb above the first point.
double knee_db(const fec::LdpcCode& code, double from_db, double scale_db)
{
    double above = lost_frames(code, from_db, scale_db);
    BOOST_TEST(above > kFrames / 10.0); // begins below the knee
    for (int step = 1; step * kStepDb <= kFarthestDb; ++step) {
        const double lost = lost_frames(code, from_db + step * kStepDb, scale_db);
        if (lost <= kFrames / 10.0)
            return from_db + kStepDb * (step - (kFrames / 10.0 - lost) / (above - lost));
        above = lost;
    }
    return from_db + kFarthestDb;
}

} // namespace

BOOST_DATA_TEST_CASE(llrs_3_db_off_move_the_waterfall_as_documented, bdata::make(kRows), row)
{
    const auto& code = fec::find_ldpc_code(row.code);
    const double right = knee_db(code, row.ideal_esn0_db - 0.7, 0);
    const double small = knee_db(code, right - kStepDb / 2, -3) - right;
    const double large = knee_db(code, right - kStepDb / 2, 3) - right;
    BOOST_TEST_MESSAGE(row.code << ": knee at " << right << " dB, 3 dB too small " << small
                                << " dB higher, too large " << large << " dB, seed " << kSeed);
    BOOST_TEST(right < row.ideal_esn0_db);
    BOOST_TEST(std::abs(small - row.small_db) < 0.1);
    BOOST_TEST(std::abs(large - row.large_db) < 0.1);
}
