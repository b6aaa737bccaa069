#include "bridge/key_file.h"

#include "config/addresses.h"
#include "ports/key_file.h"

#include <sodium.h>

namespace depinsat::bridge {

link::KeyPair generate_key_file(const std::filesystem::path& file)
{
    const link::KeyPair pair = link::generate_key_pair();
    std::string text = config::to_base64(pair.secret_key);
    text += '\n';
    ports::create_key_file(file, text);
    sodium_memzero(text.data(), text.size());
    return pair;
}

link::KeyPair load_key_file(const std::filesystem::path& file)
{
    std::string text = ports::read_key_file(file);
    auto secret = config::from_base64(text);
    sodium_memzero(text.data(), text.size());
    if (!secret)
        ports::fail_key_file(file, "holds no key; `depinsat keygen` makes one");
    const link::KeyPair pair = link::key_pair_of(*secret);
    sodium_memzero(secret->data(), secret->size());
    return pair;
}

} // namespace depinsat::bridge
