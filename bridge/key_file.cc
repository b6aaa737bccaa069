#include "bridge/key_file.h"

#include "config/addresses.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what)
{
    throw std::runtime_error("key file " + file.string() + ": " + what);
}

/// An open file; closed on every way out.
class Descriptor
{
public:
    Descriptor(const std::filesystem::path& file, int flags, mode_t mode = 0)
        : fd_(::open(file.c_str(), flags | O_CLOEXEC, mode))
    {
        if (fd_ < 0)
            fail(file, std::strerror(errno));
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

} // namespace

link::KeyPair generate_key_file(const std::filesystem::path& file)
{
    const Descriptor out(file, O_WRONLY | O_CREAT | O_EXCL, 0600);
    const link::KeyPair pair = link::generate_key_pair();
    std::string text = config::to_base64(pair.secret_key);
    text += '\n';
    const bool written = ::write(out.get(), text.data(), text.size()) == ssize_t(text.size()) &&
                         ::fsync(out.get()) == 0;
    const int error = errno;
    sodium_memzero(text.data(), text.size());
    if (!written)
        fail(file, std::strerror(error));
    return pair;
}

link::KeyPair load_key_file(const std::filesystem::path& file)
{
    const Descriptor in(file, O_RDONLY | O_NONBLOCK);
    struct stat status {
    };
    if (::fstat(in.get(), &status) != 0)
        fail(file, std::strerror(errno));
    if (!S_ISREG(status.st_mode))
        fail(file, "is no regular file");
    if (status.st_uid != ::geteuid() && ::geteuid() != 0)
        fail(file, "belongs to another user");
    if ((status.st_mode & 0077) != 0)
        fail(file, "is open to other users; its mode must be 0600 (chmod 600)");
    char text[64];
    const ssize_t size = ::read(in.get(), text, sizeof(text));
    if (size < 0)
        fail(file, std::strerror(errno));
    std::string_view line(text, size_t(size));
    if (line.ends_with('\n'))
        line.remove_suffix(1);
    auto secret = config::from_base64(line);
    sodium_memzero(text, sizeof(text));
    if (!secret)
        fail(file, "holds no key; `depinsat keygen` makes one");
    const link::KeyPair pair = link::key_pair_of(*secret);
    sodium_memzero(secret->data(), secret->size());
    return pair;
}

} // namespace depinsat::bridge
