using System.Net;
using Kontor.Delivery;

namespace Kontor.Tests.Delivery;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a00:1::1")]
    public void private_and_reserved_addresses_are_refused(string address) =>
        AddressRules.PublicOnly.Allows(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("192.167.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2a00:1450:4001::1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2002:101:101::1")]
    public void public_addresses_are_allowed(string address) => AddressRules.PublicOnly.Allows(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public void allowed_range_opens_that_range_and_no_other()
    {
        var rules = AddressRules.Parse(" 127.0.0.0/8, 10.1.0.0/16 ,fd00::/8, 192.168.7.7");
        foreach (var open in new[] { "127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3", "fd12::1", "192.168.7.7", "64:ff9b::7f00:1" })
            rules.Allows(IPAddress.Parse(open)).ShouldBeTrue(open);
        foreach (var closed in new[] { "10.2.0.1", "::1", "fc00::1", "192.168.7.8", "169.254.169.254" })
            rules.Allows(IPAddress.Parse(closed)).ShouldBeFalse(closed);
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("everything")]
    [InlineData("127.0.0.1; 10.0.0.1")]
    public void range_that_cannot_be_read_stops_the_start(string ranges) => Should.Throw<FormatException>(() => AddressRules.Parse(ranges));
}
