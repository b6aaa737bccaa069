#include "bridge/beacon/ssz.h"

#include "beacon_bodies.h"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat::bridge::beacon;

namespace {

std::string signature()
{
    std::string text = "0x";
    std::mt19937_64 random(11);
    for (int i = 0; i < 192; ++i)
        text += "0123456789abcdef"[random() % 16];
    return text;
}

Json single_attestation()
{
    const auto reply = depinsat::test::beacon_exchanges("attestation_data?")[0].response;
    return {{"committee_index", "7"},
            {"attester_index", "123456"},
            {"data", parse_json(reply)->at("data")},
            {"signature", signature()}};
}

Bytes bytes(std::initializer_list<int> values)
{
    return {values.begin(), values.end()};
}

} // namespace

BOOST_AUTO_TEST_CASE(lists_go_to_ssz_and_back)
{
    const Json attestations = Json::array({single_attestation(), single_attestation()});
    const auto ssz = ssz_of_json(SszList::kSingleAttestation, attestations);
    BOOST_REQUIRE(ssz);
    BOOST_TEST(ssz->size() == 480u);
    BOOST_TEST((*ssz)[0] == 7);
    BOOST_TEST((*ssz)[8] == 0x40); // 123456 = 0x1E240, little endian
    BOOST_TEST((*ssz)[9] == 0xE2);
    BOOST_TEST(dump(*json_of_ssz(SszList::kSingleAttestation, *ssz)) == dump(attestations));

    const auto messages =
        parse_json(depinsat::test::beacon_exchanges("pool/sync_committees")[0].request);
    const auto sync = ssz_of_json(SszList::kSyncCommitteeMessage, *messages);
    BOOST_REQUIRE(sync);
    BOOST_TEST(sync->size() == 144u * messages->size());
    BOOST_TEST(dump(*json_of_ssz(SszList::kSyncCommitteeMessage, *sync)) == dump(*messages));
}

BOOST_AUTO_TEST_CASE(what_is_no_such_list_is_refused)
{
    Json attestation = single_attestation();
    BOOST_TEST(!ssz_of_json(SszList::kSingleAttestation, attestation));
    attestation["signature"] = "0x12";
    BOOST_TEST(!ssz_of_json(SszList::kSingleAttestation, Json::array({attestation})));
    BOOST_TEST(!json_of_ssz(SszList::kSingleAttestation, Bytes(239)));
    BOOST_TEST(!json_of_ssz(SszList::kSyncCommitteeMessage, Bytes(145)));
}

BOOST_AUTO_TEST_CASE(a_signed_block_is_offset_signature_and_block)
{
    const Bytes block = bytes({1, 2, 3});
    std::array<uint8_t, kSignatureBytes> signature;
    signature.fill(9);
    const auto whole = signed_ssz(SszBlock::kBlock, block, signature);
    BOOST_REQUIRE(whole);
    BOOST_TEST(whole->size() == 4 + 96 + 3u);
    BOOST_TEST((*whole)[0] == 100);
    BOOST_TEST((*whole)[4] == 9);
    BOOST_TEST((*whole)[100] == 1);
    BOOST_TEST((*signature_of(SszBlock::kBlock, *whole))[95] == 9);
}

BOOST_AUTO_TEST_CASE(signed_contents_move_proofs_and_blobs_behind_the_signature)
{
    // Block of 3 bytes, proofs of 2, blobs of 1.
    const Bytes contents = bytes({12, 0, 0, 0, 15, 0, 0, 0, 17, 0, 0, 0, 1, 2, 3, 4, 5, 6});
    std::array<uint8_t, kSignatureBytes> signature;
    signature.fill(9);
    const auto whole = signed_ssz(SszBlock::kContents, contents, signature);
    BOOST_REQUIRE(whole);
    BOOST_TEST(whole->size() == contents.size() + 100);
    BOOST_TEST((*whole)[0] == 12);
    BOOST_TEST((*whole)[4] == 115);
    BOOST_TEST((*whole)[8] == 117);
    BOOST_TEST((*whole)[12] == 100);
    BOOST_TEST((*signature_of(SszBlock::kContents, *whole))[0] == 9);
    BOOST_TEST((*whole)[112] == 1);
    BOOST_TEST((*whole)[115] == 4);
    BOOST_TEST((*whole)[117] == 6);
    for (const size_t at : {0, 4, 8}) {
        Bytes strange = contents;
        strange[at] = 200;
        BOOST_TEST(!signed_ssz(SszBlock::kContents, strange, signature));
    }
    BOOST_TEST(!signed_ssz(SszBlock::kContents, Bytes(11), signature));
    BOOST_TEST(!signature_of(SszBlock::kContents, Bytes(111)));
}
