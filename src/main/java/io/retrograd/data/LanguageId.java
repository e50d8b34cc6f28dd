package io.retrograd.data;

import io.retrograd.tensor.Philox;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;

/**
 * Identifying the language of a name: names of countries, languages, currencies and time zones in
 * 16 languages of Latin script, as Java has them from Unicode's Common Locale Data Repository.
 *
 * <p>Names that read the same in several of the languages are left out. What a name stands for is
 * in one part only: no country, language, currency or time zone is in both.
 */
public final class LanguageId {
    /** From this Java on each look at a time zone of three letters is warned of. */
    private static final int SHORT_NAMES_WARN = 25;

    /** The languages, whose places are the labels. */
    public static final List<String> LANGUAGES =
            List.of(
                    "cs", "da", "de", "en", "es", "fi", "fr", "hr", "hu", "it", "nl", "pl", "pt",
                    "ro", "sv", "tr");

    private static final double TEST_SHARE = 0.2;
    private static final long SPLIT_SEED = 1;
    private static final int LONGEST = 40;

    private LanguageId() {}

    /** A name, its language's place, and what it stands for. */
    private record Name(String text, int language, String thing) {}

    /**
     * The names, a fifth of what they stand for to test on.
     *
     * @throws IllegalStateException if this Java lacks the names
     */
    public static TrainTest load() {
        List<Name> names = names();
        Map<String, Boolean> tested = new TreeMap<>();
        names.forEach(name -> tested.put(name.thing, false));
        long number = 0;
        for (Map.Entry<String, Boolean> thing : tested.entrySet()) {
            thing.setValue(Philox.uniform(SPLIT_SEED, 0, number++) < TEST_SHARE);
        }
        List<Name> train =
                names.stream().filter(n -> !tested.getOrDefault(n.thing, false)).toList();
        List<Name> test = names.stream().filter(n -> tested.getOrDefault(n.thing, false)).toList();
        Vocabulary vocabulary =
                Vocabulary.of(
                        Vocabulary.Unit.CHARACTERS,
                        train.stream().map(Name::text).toList(),
                        Vocabulary.Unit.CHARACTERS.largestVocabulary());
        return new TrainTest(texts(vocabulary, train), texts(vocabulary, test));
    }

    private static Texts texts(Vocabulary vocabulary, List<Name> names) {
        return new Texts(
                vocabulary,
                names.stream().map(Name::text).toList(),
                names.stream().mapToInt(Name::language).toArray(),
                LANGUAGES,
                LONGEST);
    }

    private static List<Name> names() {
        Map<String, Name> byText = new LinkedHashMap<>();
        Set<String> shared = new HashSet<>();
        for (int i = 0; i < LANGUAGES.size(); i++) {
            for (Name name : names(i)) {
                Name known = byText.putIfAbsent(name.text, name);
                if (known != null && known.language != i) {
                    shared.add(name.text);
                }
            }
        }
        byText.keySet().removeAll(shared);
        if (byText.size() < LANGUAGES.size() * 100) {
            throw new IllegalStateException(
                    "language-id: expected Java's names in "
                            + LANGUAGES
                            + ", found few; use a Java with the module jdk.localedata");
        }
        return List.copyOf(byText.values());
    }

    /** A language's own names: where it has none Java gives a code. */
    private static List<Name> names(int language) {
        Locale in = Locale.forLanguageTag(LANGUAGES.get(language));
        List<Name> names = new ArrayList<>();
        for (String code : Locale.getISOCountries()) {
            Locale country = new Locale.Builder().setRegion(code).build();
            add(names, country.getDisplayCountry(in), code, language, "country " + code);
        }
        for (String code : Locale.getISOLanguages()) {
            String name = Locale.forLanguageTag(code).getDisplayLanguage(in);
            add(names, name, code, language, "language " + code);
        }
        for (Currency currency : Currency.getAvailableCurrencies()) {
            String code = currency.getCurrencyCode();
            add(names, currency.getDisplayName(in), code, language, "currency " + code);
        }
        boolean warns = Runtime.version().feature() >= SHORT_NAMES_WARN;
        for (String id : TimeZone.getAvailableIDs()) {
            if (warns && ZoneId.SHORT_IDS.containsKey(id)) {
                continue;
            }
            TimeZone zone = TimeZone.getTimeZone(id);
            String thing = "zone " + zone.getDisplayName(Locale.ENGLISH);
            add(names, zone.getDisplayName(in), id, language, thing);
        }
        names.sort((a, b) -> a.text.compareTo(b.text));
        return names;
    }

    private static void add(
            List<Name> names, String text, String code, int language, String thing) {
        boolean offset = text.startsWith("GMT") || text.startsWith("UTC");
        if (!text.equals(code) && !offset) {
            names.add(new Name(text, language, thing));
        }
    }
}
