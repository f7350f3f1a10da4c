#include "core/app/config_yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "core/base/utf8.h"

/* One run over a file. */
struct reader {
    yaml_parser_t parser;
    struct bytes text;
    const char *file;
    struct config_report *report;
    struct config_node *root;
    struct config_node *open[CONFIG_YAML_DEPTH_MAX]; /* lists and mappings that have no end yet */
    size_t depth;
    size_t node_count;
    unsigned documents;
    char *key; /* of the mapping's value that comes next; NULL = a key comes next */
    unsigned key_line;
};

static unsigned line_of(const yaml_event_t *event)
{
    return (unsigned)event->start_mark.line + 1;
}

static void wipe(void *text, size_t size)
{
    if (text != NULL) {
        explicit_bzero(text, size);
    }
}

static void free_text(char *text)
{
    if (text != NULL) {
        explicit_bzero(text, strlen(text));
        free(text);
    }
}

void config_yaml_free(struct config_node *node)
{
    /* As deep as a document may be, no deeper. */
    while (node != NULL) {
        struct config_node *next = node->next;
        config_yaml_free(node->child);
        free_text(node->text);
        free_text(node->key);
        free(node);
        node = next;
    }
}

const struct config_node *config_yaml_get(const struct config_node *map, const char *key)
{
    if (map == NULL || map->kind != CONFIG_MAP) {
        return NULL;
    }
    for (const struct config_node *child = map->child; child != NULL; child = child->next) {
        if (strcmp(child->key, key) == 0) {
            return child;
        }
    }
    return NULL;
}

bool config_yaml_is_null(const struct config_node *node)
{
    return node->kind == CONFIG_TEXT && !node->is_quoted &&
           (node->size == 0 || strcmp(node->text, "~") == 0 || strcasecmp(node->text, "null") == 0);
}

static int fail(struct reader *reader, const yaml_event_t *event, const char *sentence)
{
    return config_report_add(reader->report, reader->file, line_of(event), "%s", sentence);
}

static int fail_memory(struct reader *reader)
{
    (void)config_report_add(reader->report, reader->file, 0, "out of memory");
    return -ENOMEM;
}

/* Copies a scalar; libyaml's own is overwritten when its event is freed. */
static char *copy_scalar(const yaml_event_t *event)
{
    size_t size = event->data.scalar.length;
    char *copy = malloc(size + 1);
    if (copy != NULL) {
        memcpy(copy, event->data.scalar.value, size);
        copy[size] = '\0';
    }
    return copy;
}

static int take_key(struct reader *reader, const yaml_event_t *event)
{
    if (event->type != YAML_SCALAR_EVENT) {
        return fail(reader, event, "a key is a word, not a list or a mapping");
    }
    char *key = copy_scalar(event);
    if (key == NULL) {
        return fail_memory(reader);
    }
    const struct config_node *twin = config_yaml_get(reader->open[reader->depth - 1], key);
    if (twin != NULL) {
        free_text(key);
        return config_report_add(reader->report, reader->file, line_of(event),
                                 "this key stands twice, first on line %u; leave one out",
                                 twin->key_line);
    }
    reader->key = key;
    reader->key_line = line_of(event);
    return 0;
}

/* Hangs a new node where the document stands. */
static void attach(struct reader *reader, struct config_node *node)
{
    struct config_node *parent = reader->depth > 0 ? reader->open[reader->depth - 1] : NULL;
    node->key = reader->key;
    node->key_line = reader->key_line;
    reader->key = NULL;
    if (parent == NULL) {
        reader->root = node;
        return;
    }
    if (parent->last != NULL) {
        parent->last->next = node;
    } else {
        parent->child = node;
    }
    parent->last = node;
    parent->count++;
}

static int take_value(struct reader *reader, const yaml_event_t *event, enum config_kind kind)
{
    bool in_map = reader->depth > 0 && reader->open[reader->depth - 1]->kind == CONFIG_MAP;
    if (in_map && reader->key == NULL) {
        return take_key(reader, event);
    }
    if (++reader->node_count > CONFIG_YAML_NODES_MAX) {
        return fail(reader, event, "more values than any configuration has");
    }
    if (kind != CONFIG_TEXT && reader->depth == CONFIG_YAML_DEPTH_MAX) {
        return fail(reader, event, "nested deeper than any configuration is");
    }
    struct config_node *node = calloc(1, sizeof(*node));
    if (node == NULL) {
        return fail_memory(reader);
    }
    node->kind = kind;
    node->line = line_of(event);
    attach(reader, node);
    if (kind != CONFIG_TEXT) {
        reader->open[reader->depth++] = node;
        return 0;
    }
    node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = copy_scalar(event);
    node->size = event->data.scalar.length;
    if (node->text == NULL) {
        return fail_memory(reader);
    }
    return strlen(node->text) == node->size
               ? 0
               : fail(reader, event, "a text must not contain the character \\0");
}

/* Properties that a value may have in YAML, and not here. */
static int refuse_properties(struct reader *reader, const yaml_event_t *event, const void *anchor,
                             const void *tag)
{
    if (anchor != NULL) {
        return fail(reader, event,
                    "anchors (&name) are not taken; a text that begins with & wants quotes");
    }
    if (tag != NULL) {
        return fail(reader, event,
                    "tags (!name) are not taken; a text that begins with ! wants quotes");
    }
    return 0;
}

static int take_event(struct reader *reader, const yaml_event_t *event)
{
    int status = 0;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        status =
            refuse_properties(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
        return status != 0 ? status : take_value(reader, event, CONFIG_TEXT);
    case YAML_SEQUENCE_START_EVENT:
        status = refuse_properties(reader, event, event->data.sequence_start.anchor,
                                   event->data.sequence_start.tag);
        return status != 0 ? status : take_value(reader, event, CONFIG_LIST);
    case YAML_MAPPING_START_EVENT:
        status = refuse_properties(reader, event, event->data.mapping_start.anchor,
                                   event->data.mapping_start.tag);
        return status != 0 ? status : take_value(reader, event, CONFIG_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        reader->depth--;
        return 0;
    case YAML_ALIAS_EVENT:
        return fail(reader, event,
                    "aliases (*name) are not taken; a text that begins with * wants quotes");
    case YAML_DOCUMENT_START_EVENT:
        return ++reader->documents > 1 ? fail(reader, event, "a second document (---) begins here")
                                       : 0;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return 0;
    }
    return 0;
}

/* The line on which octet `at` stands. */
static unsigned line_at(struct bytes text, size_t at)
{
    unsigned line = 1;
    for (size_t i = 0; i < at && i < text.size; i++) {
        line += text.data[i] == '\n';
    }
    return line;
}

/* What libyaml says is one of its own fixed sentences: nothing of the file is in it. */
static int fail_syntax(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem != NULL ? parser->problem : "it cannot be read";
    if (parser->error == YAML_MEMORY_ERROR) {
        return fail_memory(reader);
    }
    unsigned line = (unsigned)parser->problem_mark.line + 1;
    if (parser->error == YAML_READER_ERROR) {
        line = line_at(reader->text, parser->problem_offset);
    }
    return config_report_add(reader->report, reader->file, line,
                             "this is not YAML: %s; indent with spaces, and put texts with special "
                             "characters into quotes",
                             problem);
}

static int read_events(struct reader *reader)
{
    yaml_event_t event;
    yaml_event_type_t type = YAML_NO_EVENT;
    int status = 0;
    while (status == 0 && type != YAML_STREAM_END_EVENT) {
        if (yaml_parser_parse(&reader->parser, &event) == 0) {
            return fail_syntax(reader);
        }
        type = event.type;
        status = take_event(reader, &event);
        if (type == YAML_SCALAR_EVENT) {
            wipe(event.data.scalar.value, event.data.scalar.length);
        }
        yaml_event_delete(&event);
    }
    return status;
}

/* What libyaml would say in words of its own, or take in another encoding. */
static int check_octets(struct bytes text, const char *file, struct config_report *report)
{
    uint32_t code_point = 0;
    if (text.size >= 2 && ((text.data[0] == 0xff && text.data[1] == 0xfe) ||
                           (text.data[0] == 0xfe && text.data[1] == 0xff))) {
        return config_report_add(report, file, 1, "this is UTF-16; save the file as UTF-8");
    }
    for (size_t at = 0; at < text.size;) {
        size_t size = utf8_take(text.data + at, text.size - at, &code_point);
        if (size == 0) {
            return config_report_add(report, file, line_at(text, at),
                                     "this is not UTF-8; save the file as UTF-8");
        }
        bool is_control = (code_point < 0x20 && strchr("\t\n\r", (int)code_point) == NULL) ||
                          code_point == 0 || code_point == 0x7f;
        if (is_control) {
            return config_report_add(report, file, line_at(text, at),
                                     "a control character stands here; is this a text file?");
        }
        at += size;
    }
    return 0;
}

int config_yaml_read(struct bytes text, const char *file, struct config_report *report,
                     struct config_node **out)
{
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
        text = bytes_of(text.data + 3, text.size - 3); /* a byte order mark, as editors write it */
    }
    struct reader reader = {.text = text, .file = file, .report = report};
    int status = text.size > CONFIG_YAML_BYTES_MAX
                     ? config_report_add(report, file, 0, "longer than any configuration is")
                     : check_octets(text, file, report);
    if (status != 0) {
        return status;
    }
    if (yaml_parser_initialize(&reader.parser) == 0) {
        return fail_memory(&reader);
    }
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, text.data, text.size);
    status = read_events(&reader);
    wipe(reader.parser.raw_buffer.start,
         (size_t)(reader.parser.raw_buffer.end - reader.parser.raw_buffer.start));
    wipe(reader.parser.buffer.start,
         (size_t)(reader.parser.buffer.end - reader.parser.buffer.start));
    yaml_parser_delete(&reader.parser);
    free_text(reader.key);
    if (status != 0) {
        config_yaml_free(reader.root);
        return status;
    }
    *out = reader.root;
    return 0;
}
