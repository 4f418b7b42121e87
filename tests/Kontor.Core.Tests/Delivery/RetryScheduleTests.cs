using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Delivery;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 300)]
    [InlineData(3, 1_800)]
    [InlineData(4, 7_200)]
    [InlineData(5, 18_000)]
    [InlineData(6, 36_000)]
    [InlineData(7, 50_400)]
    [InlineData(8, 72_000)]
    [InlineData(9, 86_400)]
    public void waits_are_those_of_the_contract_with_one_tenth_of_jitter(int made, int seconds)
    {
        RetrySchedule.Next(made, Now, 0, null).ShouldBe(Now.AddSeconds(seconds));
        RetrySchedule.Next(made, Now, 1_000, null).ShouldBe(Now.AddSeconds(seconds * 1.1));
        RetrySchedule.Next(made, Now, -1_000, null).ShouldBe(Now.AddSeconds(seconds * 0.9));
        RetrySchedule.Next(made, Now, 50_000, null).ShouldBe(Now.AddSeconds(seconds * 1.1));
    }

    [Fact]
    public void tenth_attempt_is_the_last()
    {
        RetrySchedule.Attempts.ShouldBe(10);
        RetrySchedule.Next(10, Now, 0, null).ShouldBeNull();
        RetrySchedule.Next(10, Now, 0, TimeSpan.FromSeconds(1)).ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => RetrySchedule.Next(0, Now, 0, null));
    }

    [Theory]
    [InlineData(1, -5, 5)]
    [InlineData(1, 0, 5)]
    [InlineData(1, 5, 5)]
    [InlineData(1, 6, 6)]
    [InlineData(1, 86_400, 86_400)]
    [InlineData(1, 86_401, 86_400)]
    [InlineData(2, 60, 300)]
    public void retry_after_is_the_least_wait_and_at_most_a_day(int made, int asked, int seconds) =>
        RetrySchedule.Next(made, Now, 0, TimeSpan.FromSeconds(asked)).ShouldBe(Now.AddSeconds(seconds));
}
