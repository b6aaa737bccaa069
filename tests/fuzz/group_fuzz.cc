// A member of a group that hears packets from anybody, and items sealed by another member; some
// of those signed by a sender that has gone mad. Input: packets of a mode byte (0: raw, 1:
// sealed, 2: sealed and signed, of 4), a length byte, a counter byte, the bytes.
#include "link/group_inbox.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace depinsat;
using namespace depinsat::link;
using Bytes = std::vector<uint8_t>;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

const KeyPair kSender = key_pair_of(std::array<uint8_t, 32>{0, 1});
const Signer kSigner(kSender);

Bytes sealed(const GroupKeys& keys, const Run& run, uint32_t counter, Bytes items, bool sign)
{
    if (sign) {
        const auto signature = kSigner.sign(keys.items_to_sign(run, counter, items));
        const size_t end = items.size();
        items.resize(end + kSignatureItemBytes);
        write_signature(signature, std::span(items).subspan(end));
    }
    Bytes packet(kDataOverhead + items.size());
    const auto header = std::span(packet).first<kDataHeaderBytes>();
    write_group_header({keys.number(), counter}, header);
    seal(keys.key_of(run), counter, header, items, std::span(packet).subspan(kDataHeaderBytes));
    return packet;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    MemoryStore store;
    GroupInbox inbox(Key(), {kSender.public_key, kSigner.verify_key()}, store);
    const Run run{1, {}};
    GroupInbox::Taken taken;
    const auto give = [&](const Bytes& packet) {
        const auto header = read_group_header(packet);
        if (header)
            inbox.receive(*header, packet, Time(0), taken);
        require(inbox.bytes() <= kMaxObjectBytes + kMaxSealedBytes + 2 * kMaxMessageBytes);
    };
    give(write_opening(inbox.keys(), kSigner, run, 0));
    require(taken.authentic);
    for (std::span<const uint8_t> input(data, size); input.size() >= 3;) {
        const size_t length = std::min<size_t>(input[1], input.size() - 3);
        const Bytes items(input.begin() + 3, input.begin() + 3 + std::ptrdiff_t(length));
        if (input[0] % 4 == 0)
            give(items);
        else
            give(sealed(inbox.keys(), run, input[2], items, input[0] % 4 == 2));
        input = input.subspan(3 + length);
    }
    for (const Message& message : taken.messages)
        require(message.bytes.size() <= kMaxMessageBytes);
    return 0;
}
