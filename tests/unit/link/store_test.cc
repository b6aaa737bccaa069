#include "depinsat/link/store.h"

#include <boost/test/unit_test.hpp>

namespace {

using namespace depinsat::link;
using Bytes = Store::Bytes;

BOOST_AUTO_TEST_CASE(what_was_put_last_is_there_until_it_is_erased)
{
    MemoryStore store;
    const Bytes key{1, 2};
    BOOST_TEST(!store.get(Record::kOutgoing, key));
    store.put(Record::kOutgoing, key, Bytes{3});
    store.put(Record::kOutgoing, key, Bytes{4, 5});
    BOOST_TEST((store.get(Record::kOutgoing, key) == Bytes{4, 5}));
    store.erase(Record::kOutgoing, key);
    store.erase(Record::kOutgoing, key);
    BOOST_TEST(!store.get(Record::kOutgoing, key));
}

BOOST_AUTO_TEST_CASE(records_are_visited_by_key_and_each_sort_alone)
{
    MemoryStore store;
    store.put(Record::kIncoming, Bytes{2}, Bytes{20});
    store.put(Record::kIncoming, Bytes{1, 0}, Bytes{10});
    store.put(Record::kIncoming, Bytes{}, Bytes{});
    store.put(Record::kOutgoing, Bytes{1}, Bytes{99});
    store.put(Record::kKnownKey, Bytes{1}, Bytes{99});
    std::vector<Bytes> keys;
    store.for_each(Record::kIncoming,
                   [&](auto key, auto) { keys.emplace_back(key.begin(), key.end()); });
    BOOST_TEST((keys == std::vector<Bytes>{{}, {1, 0}, {2}}));
    keys.clear();
    store.for_each(Record::kIncoming, Bytes{1},
                   [&](auto key, auto) { keys.emplace_back(key.begin(), key.end()); });
    BOOST_TEST((keys == std::vector<Bytes>{{1, 0}}));
}

} // namespace
