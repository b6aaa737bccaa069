// docs/protocol.md shows keys and packets of a group in hexadecimal: they are what the code
// makes of these keys. They were first computed with Python's hashlib and cryptography 38.
#include "group_keys.h"

#include "unit/link/document_listing.h"

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

using Bytes = std::vector<uint8_t>;

struct Sender {
    Key group;
    KeyPair own = key_of(2);
    Signer signer{own};
    GroupKeys keys;
    Run run{1790000000, {}};

    explicit Sender(const Key& key) : group(key), keys(group, own.public_key)
    {
        run.salt.fill(8);
    }

    Bytes seal_items(uint32_t counter, std::span<const uint8_t> items) const
    {
        Bytes packet(kDataOverhead + items.size());
        const auto header = std::span(packet).first<kDataHeaderBytes>();
        write_group_header({keys.number(), counter}, header);
        seal(keys.key_of(run), counter, header, items,
             std::span(packet).subspan(kDataHeaderBytes));
        return packet;
    }

    Bytes sign_and_seal(uint32_t counter, Bytes items) const
    {
        const auto signature = signer.sign(keys.items_to_sign(run, counter, items));
        const size_t unsigned_bytes = items.size();
        items.resize(unsigned_bytes + kSignatureItemBytes);
        write_signature(signature, std::span(items).subspan(unsigned_bytes));
        return seal_items(counter, items);
    }
};

Bytes message_item()
{
    const Bytes body{0xAA, 0xBB};
    Bytes item(kMessageHeaderBytes + body.size());
    write_message_item({Class::kDuty, false, 7, 0, body}, item);
    return item;
}

Bytes batch_of(const Bytes& symbols)
{
    BatchItem batch{1, {}, {}};
    batch.salt.fill(9);
    const auto hash = hash_in_batch(batch.salt, digest_of_packet(symbols));
    batch.hashes = hash;
    Bytes item(kBatchHeaderBytes + kPacketHashBytes);
    write_batch(batch, item);
    return item;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_group_in_the_document_is_what_the_code_makes)
{
    Key group;
    std::fill(group.begin(), group.end(), uint8_t(7));
    const Sender sender(group);
    const Bytes number{uint8_t(sender.keys.number() >> 8), uint8_t(sender.keys.number())};
    const Bytes symbols{0x61, 0x23, 0, 1, 2, 3};
    const Bytes opening = write_opening(sender.keys, sender.signer, sender.run, 0);
    BOOST_TEST(read_opening(sender.keys, verify_key_of(sender.own), {}, opening).has_value());

    Listing listing;
    listing.add("sender's public key S", sender.own.public_key);
    listing.add("name N", sender.keys.name());
    listing.add("number", number);
    listing.add("verify key", sender.signer.verify_key());
    listing.add("key of the run", sender.keys.key_of(sender.run));
    listing.add("opening, next counter 0", opening);
    listing.add("data, counter 0: the message AA BB, kind 7, class duty, first counter 0; "
                "signature",
                sender.sign_and_seal(0, message_item()));
    listing.add("data, counter 1: a symbol of 4 bytes, 00 01 02 03, of object 0x123",
                sender.seal_items(1, symbols));
    listing.add("data, counter 2: a batch that names counter 1; signature",
                sender.sign_and_seal(2, batch_of(symbols)));
    listing.check_in_document();
}
