// Dictionaries as files, on the shelf, in packed bytes, and what stations say of them.
#include "bridge/dictionaries/packing.h"
#include "bridge/dictionaries/wire.h"
#include "temporary_folder.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>

using namespace depinsat::bridge;

namespace {

Dictionary make(const std::string& name, uint16_t version, const std::string& text)
{
    Dictionary dictionary{name, version, {text.begin(), text.end()}, {}};
    dictionary.id = dictionary_id(dictionary.bytes);
    return dictionary;
}

Bytes bytes_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

const std::string kText =
    R"({"method":"author_submitExtrinsic","params":["0xabcdefabcdefabcdefabcdef"]})";

} // namespace

BOOST_AUTO_TEST_CASE(a_folder_holds_dictionaries_and_other_files)
{
    const depinsat::test::TemporaryFolder folder;
    write_dictionary(folder.path, make("json_rpc-x", 7, "seven"));
    write_dictionary(folder.path, make("json_rpc-x", 65535, "last"));
    for (const char* name : {"x.dict", "x.65536.dict", "X.1.dict", "x.1.dic", "x.-1.dict"})
        std::ofstream(folder.path / name) << "no dictionary";
    auto all = read_dictionaries(folder.path);
    BOOST_REQUIRE(all.size() == 2u);
    std::ranges::sort(all, {}, &Dictionary::version);
    BOOST_TEST(all[0].name == "json_rpc-x");
    BOOST_TEST(all[0].version == 7);
    BOOST_TEST((all[0].id == dictionary_id(bytes_of("seven"))));
    std::ofstream(folder.path / "big.1.dict") << std::string(kMaxDictionaryBytes + 1, 'x');
    BOOST_CHECK_THROW(read_dictionaries(folder.path), std::runtime_error);
    BOOST_CHECK_THROW(read_dictionaries(folder.path / "none"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(the_newest_that_both_have_is_taken)
{
    DictionaryShelf shelf;
    const auto one = make("a", 1, "one"), two = make("a", 2, "two"), other = make("b", 9, "b");
    for (const auto& dictionary : {two, one, other})
        BOOST_TEST(shelf.add(dictionary));
    BOOST_TEST(!shelf.add(two));
    BOOST_TEST(shelf.newest("a")->version == 2);
    const std::set<Dictionary::Id> theirs{one.id, other.id};
    BOOST_TEST(shelf.newest("a", &theirs)->version == 1);
    BOOST_TEST(!shelf.newest("c", &theirs));
    for (size_t i = 3; i < DictionaryShelf::kMax; ++i)
        BOOST_TEST(shelf.add(make("c", uint16_t(i), std::to_string(i))));
    BOOST_TEST(!shelf.add(make("c", 1, "too many")));
}

BOOST_AUTO_TEST_CASE(packed_bytes_come_back_with_their_dictionary_alone)
{
    DictionaryShelf shelf, empty;
    shelf.add(make("a", 1, kText + kText));
    const Bytes plain = bytes_of(kText);
    const Bytes with = pack(plain, shelf.newest("a")), without = pack(plain, nullptr);
    BOOST_TEST(with.size() < 30u);
    BOOST_TEST(with[0] == uint8_t(Packing::kDictionary));
    BOOST_TEST((unpack(with, shelf) == plain));
    BOOST_TEST((unpack(without, empty) == plain));
    BOOST_TEST(!unpack(with, empty).has_value());
    const Bytes noise = bytes_of("q7#");
    BOOST_TEST(pack(noise, nullptr).size() == noise.size() + 1);
    BOOST_TEST((unpack(pack(noise, shelf.newest("a")), shelf) == noise));
    BOOST_TEST((unpack(pack({}, nullptr), empty) == Bytes()));
}

BOOST_AUTO_TEST_CASE(what_unpacks_to_too_much_or_is_cut_is_refused)
{
    const DictionaryShelf shelf;
    const Bytes bomb = pack(Bytes(kMaxUnpackedBytes + 1, 'x'), nullptr);
    BOOST_TEST(bomb.size() < 10000u);
    BOOST_TEST(!unpack(bomb, shelf).has_value());
    const Bytes good = pack(Bytes(1000, 'x'), nullptr);
    for (size_t size = 0; size < good.size(); ++size)
        BOOST_TEST(!unpack(std::span(good).first(size), shelf).has_value());
    BOOST_TEST(!unpack(Bytes{9, 1, 2}, shelf).has_value());
}

BOOST_AUTO_TEST_CASE(offers_come_back_as_they_were)
{
    std::vector<OfferedDictionary> offers;
    for (uint16_t i = 0; i < 5; ++i)
        offers.push_back(
            {{uint8_t(i)}, uint16_t(i * 1000), 70000u + i, "name-" + std::to_string(i)});
    const Bytes bytes = encode_offer(offers);
    BOOST_TEST((decode_offer(bytes) == offers));
    BOOST_TEST((decode_offer({}) == std::vector<OfferedDictionary>()));
    BOOST_TEST(!decode_offer(std::span(bytes).first(bytes.size() - 1)).has_value());
    const Bytes strange = encode_offer({{{}, 1, 1, "../etc"}});
    BOOST_TEST(!decode_offer(strange).has_value());
    std::vector<OfferedDictionary> many(DictionaryShelf::kMax + 1, offers[0]);
    BOOST_TEST(!decode_offer(encode_offer(many)).has_value());
}
