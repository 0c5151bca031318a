/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import { $protobuf } from "../protobuf.ts";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const suanlink = $root.suanlink = (() => {

    /**
     * Namespace suanlink.
     * @exports suanlink
     * @namespace
     */
    const suanlink = {};

    suanlink.v1 = (function() {

        /**
         * Namespace v1.
         * @memberof suanlink
         * @namespace
         */
        const v1 = {};

        v1.Inventory = (function() {

            /**
             * Properties of an Inventory.
             * @typedef {Object} suanlink.v1.Inventory.$Properties
             * @property {string} [generation] Inventory generation
             * @property {suanlink.v1.Host.$Properties} [host] Inventory host
             * @property {Array.<suanlink.v1.Accelerator.$Properties>} [accelerators] Inventory accelerators
             * @property {Array.<suanlink.v1.ProbeStatus.$Properties>} [probes] Inventory probes
             * @property {boolean} [draining] Inventory draining
             * @property {string} [drainReason] Inventory drainReason
             * @property {suanlink.v1.OwnerPolicy.$Properties} [ownerPolicy] Inventory ownerPolicy
             * @property {number|null} [drainLeftMs] Inventory drainLeftMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Inventory.
             * @memberof suanlink.v1
             * @interface IInventory
             * @augments suanlink.v1.Inventory.$Properties
             * @deprecated Use suanlink.v1.Inventory.$Properties instead.
             */

            /**
             * Shape of an Inventory.
             * @typedef {suanlink.v1.Inventory.$Properties} suanlink.v1.Inventory.$Shape
             */

            /**
             * Constructs a new Inventory.
             * @memberof suanlink.v1
             * @classdesc Represents an Inventory.
             * @constructor
             * @param {suanlink.v1.Inventory.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Inventory = function (properties) {
                this.accelerators = [];
                this.probes = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Inventory generation.
             * @member {string} generation
             * @memberof suanlink.v1.Inventory
             * @instance
             */
            Inventory.prototype.generation = "";

            /**
             * Inventory host.
             * @member {suanlink.v1.Host} host
             * @memberof suanlink.v1.Inventory
             * @instance
             */
            Inventory.prototype.host = null;

            /**
             * Inventory accelerators.
             * @member {Array.<suanlink.v1.Accelerator>} accelerators
             * @memberof suanlink.v1.Inventory
             * @instance
             */
            Inventory.prototype.accelerators = $util.emptyArray;

            /**
             * Inventory probes.
             * @member {Array.<suanlink.v1.ProbeStatus>} probes
             * @memberof suanlink.v1.Inventory
             * @instance
             */
            Inventory.prototype.probes = $util.emptyArray;

            /**
             * Inventory draining.
             * @member {boolean} draining
             * @memberof suanlink.v1.Inventory
             * @instance
             */
            Inventory.prototype.draining = false;

            /**
             * Inventory drainReason.
             * @member {string} drainReason
             * @memberof suanlink.v1.Inventory
             * @instance
             */
            Inventory.prototype.drainReason = "";

            /**
             * Inventory ownerPolicy.
             * @member {suanlink.v1.OwnerPolicy} ownerPolicy
             * @memberof suanlink.v1.Inventory
             * @instance
             */
            Inventory.prototype.ownerPolicy = null;

            /**
             * Inventory drainLeftMs.
             * @member {number|null} drainLeftMs
             * @memberof suanlink.v1.Inventory
             * @instance
             */
            Inventory.prototype.drainLeftMs = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Inventory.prototype, "_drainLeftMs", {
                get: $util.oneOfGetter($oneOfFields = ["drainLeftMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Inventory message. Does not implicitly {@link suanlink.v1.Inventory.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Inventory
             * @static
             * @param {suanlink.v1.Inventory.$Properties} message Inventory message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Inventory.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && message.generation !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.generation);
                if (message.host != null && $Object.hasOwnProperty.call(message, "host"))
                    $root.suanlink.v1.Host.encode(message.host, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.accelerators != null && message.accelerators.length)
                    for (let i = 0; i < message.accelerators.length; ++i)
                        $root.suanlink.v1.Accelerator.encode(message.accelerators[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.probes != null && message.probes.length)
                    for (let i = 0; i < message.probes.length; ++i)
                        $root.suanlink.v1.ProbeStatus.encode(message.probes[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.draining != null && $Object.hasOwnProperty.call(message, "draining") && message.draining !== false)
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.draining);
                if (message.drainReason != null && $Object.hasOwnProperty.call(message, "drainReason") && message.drainReason !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.drainReason);
                if (message.ownerPolicy != null && $Object.hasOwnProperty.call(message, "ownerPolicy"))
                    $root.suanlink.v1.OwnerPolicy.encode(message.ownerPolicy, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.drainLeftMs != null && $Object.hasOwnProperty.call(message, "drainLeftMs"))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.drainLeftMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Inventory message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Inventory
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Inventory & suanlink.v1.Inventory.$Shape} Inventory
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Inventory.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Inventory();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.generation = value;
                            else
                                delete message.generation;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.host = $root.suanlink.v1.Host.decode(reader, reader.size(), $undefined, _depth + 1, message.host);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.accelerators && message.accelerators.length))
                                message.accelerators = [];
                            message.accelerators.push($root.suanlink.v1.Accelerator.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.probes && message.probes.length))
                                message.probes = [];
                            message.probes.push($root.suanlink.v1.ProbeStatus.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.draining = value;
                            else
                                delete message.draining;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.drainReason = value;
                            else
                                delete message.drainReason;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.ownerPolicy = $root.suanlink.v1.OwnerPolicy.decode(reader, reader.size(), $undefined, _depth + 1, message.ownerPolicy);
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            message.drainLeftMs = reader.uint64();
                            message._drainLeftMs = "drainLeftMs";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Inventory
             * @function getTypeUrl
             * @memberof suanlink.v1.Inventory
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Inventory.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Inventory";
            };

            return Inventory;
        })();

        v1.OwnerPolicy = (function() {

            /**
             * Properties of an OwnerPolicy.
             * @typedef {Object} suanlink.v1.OwnerPolicy.$Properties
             * @property {Array.<string>} [allowOrgs] OwnerPolicy allowOrgs
             * @property {Array.<string>} [denyOrgs] OwnerPolicy denyOrgs
             * @property {number|null} [maxLeaseMs] OwnerPolicy maxLeaseMs
             * @property {number|null} [maxCards] OwnerPolicy maxCards
             * @property {number|null} [windowLeftMs] OwnerPolicy windowLeftMs
             * @property {string} [hours] OwnerPolicy hours
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an OwnerPolicy.
             * @memberof suanlink.v1
             * @interface IOwnerPolicy
             * @augments suanlink.v1.OwnerPolicy.$Properties
             * @deprecated Use suanlink.v1.OwnerPolicy.$Properties instead.
             */

            /**
             * Shape of an OwnerPolicy.
             * @typedef {suanlink.v1.OwnerPolicy.$Properties} suanlink.v1.OwnerPolicy.$Shape
             */

            /**
             * Constructs a new OwnerPolicy.
             * @memberof suanlink.v1
             * @classdesc Represents an OwnerPolicy.
             * @constructor
             * @param {suanlink.v1.OwnerPolicy.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const OwnerPolicy = function (properties) {
                this.allowOrgs = [];
                this.denyOrgs = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * OwnerPolicy allowOrgs.
             * @member {Array.<string>} allowOrgs
             * @memberof suanlink.v1.OwnerPolicy
             * @instance
             */
            OwnerPolicy.prototype.allowOrgs = $util.emptyArray;

            /**
             * OwnerPolicy denyOrgs.
             * @member {Array.<string>} denyOrgs
             * @memberof suanlink.v1.OwnerPolicy
             * @instance
             */
            OwnerPolicy.prototype.denyOrgs = $util.emptyArray;

            /**
             * OwnerPolicy maxLeaseMs.
             * @member {number|null} maxLeaseMs
             * @memberof suanlink.v1.OwnerPolicy
             * @instance
             */
            OwnerPolicy.prototype.maxLeaseMs = null;

            /**
             * OwnerPolicy maxCards.
             * @member {number|null} maxCards
             * @memberof suanlink.v1.OwnerPolicy
             * @instance
             */
            OwnerPolicy.prototype.maxCards = null;

            /**
             * OwnerPolicy windowLeftMs.
             * @member {number|null} windowLeftMs
             * @memberof suanlink.v1.OwnerPolicy
             * @instance
             */
            OwnerPolicy.prototype.windowLeftMs = null;

            /**
             * OwnerPolicy hours.
             * @member {string} hours
             * @memberof suanlink.v1.OwnerPolicy
             * @instance
             */
            OwnerPolicy.prototype.hours = "";

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(OwnerPolicy.prototype, "_maxLeaseMs", {
                get: $util.oneOfGetter($oneOfFields = ["maxLeaseMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(OwnerPolicy.prototype, "_maxCards", {
                get: $util.oneOfGetter($oneOfFields = ["maxCards"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(OwnerPolicy.prototype, "_windowLeftMs", {
                get: $util.oneOfGetter($oneOfFields = ["windowLeftMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified OwnerPolicy message. Does not implicitly {@link suanlink.v1.OwnerPolicy.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.OwnerPolicy
             * @static
             * @param {suanlink.v1.OwnerPolicy.$Properties} message OwnerPolicy message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            OwnerPolicy.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.allowOrgs != null && message.allowOrgs.length)
                    for (let i = 0; i < message.allowOrgs.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.allowOrgs[i]);
                if (message.denyOrgs != null && message.denyOrgs.length)
                    for (let i = 0; i < message.denyOrgs.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.denyOrgs[i]);
                if (message.maxLeaseMs != null && $Object.hasOwnProperty.call(message, "maxLeaseMs"))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.maxLeaseMs);
                if (message.maxCards != null && $Object.hasOwnProperty.call(message, "maxCards"))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.maxCards);
                if (message.windowLeftMs != null && $Object.hasOwnProperty.call(message, "windowLeftMs"))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.windowLeftMs);
                if (message.hours != null && $Object.hasOwnProperty.call(message, "hours") && message.hours !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.hours);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an OwnerPolicy message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.OwnerPolicy
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.OwnerPolicy & suanlink.v1.OwnerPolicy.$Shape} OwnerPolicy
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            OwnerPolicy.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.OwnerPolicy();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.allowOrgs && message.allowOrgs.length))
                                message.allowOrgs = [];
                            message.allowOrgs.push(reader.stringVerify());
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.denyOrgs && message.denyOrgs.length))
                                message.denyOrgs = [];
                            message.denyOrgs.push(reader.stringVerify());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.maxLeaseMs = reader.uint64();
                            message._maxLeaseMs = "maxLeaseMs";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.maxCards = reader.uint32();
                            message._maxCards = "maxCards";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            message.windowLeftMs = reader.uint64();
                            message._windowLeftMs = "windowLeftMs";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.hours = value;
                            else
                                delete message.hours;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for OwnerPolicy
             * @function getTypeUrl
             * @memberof suanlink.v1.OwnerPolicy
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            OwnerPolicy.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.OwnerPolicy";
            };

            return OwnerPolicy;
        })();

        v1.Host = (function() {

            /**
             * Properties of a Host.
             * @typedef {Object} suanlink.v1.Host.$Properties
             * @property {string} [hostname] Host hostname
             * @property {string} [os] Host os
             * @property {string} [kernel] Host kernel
             * @property {string} [architecture] Host architecture
             * @property {string} [cpuModel] Host cpuModel
             * @property {number} [cpuMilli] Host cpuMilli
             * @property {number} [memoryBytes] Host memoryBytes
             * @property {number} [diskBytes] Host diskBytes
             * @property {string} [engine] Host engine
             * @property {Object.<string,string>} [labels] Host labels
             * @property {string} [region] Host region
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Host.
             * @memberof suanlink.v1
             * @interface IHost
             * @augments suanlink.v1.Host.$Properties
             * @deprecated Use suanlink.v1.Host.$Properties instead.
             */

            /**
             * Shape of a Host.
             * @typedef {suanlink.v1.Host.$Properties} suanlink.v1.Host.$Shape
             */

            /**
             * Constructs a new Host.
             * @memberof suanlink.v1
             * @classdesc Represents a Host.
             * @constructor
             * @param {suanlink.v1.Host.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Host = function (properties) {
                this.labels = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Host hostname.
             * @member {string} hostname
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.hostname = "";

            /**
             * Host os.
             * @member {string} os
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.os = "";

            /**
             * Host kernel.
             * @member {string} kernel
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.kernel = "";

            /**
             * Host architecture.
             * @member {string} architecture
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.architecture = "";

            /**
             * Host cpuModel.
             * @member {string} cpuModel
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.cpuModel = "";

            /**
             * Host cpuMilli.
             * @member {number} cpuMilli
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.cpuMilli = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Host memoryBytes.
             * @member {number} memoryBytes
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.memoryBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Host diskBytes.
             * @member {number} diskBytes
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.diskBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Host engine.
             * @member {string} engine
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.engine = "";

            /**
             * Host labels.
             * @member {Object.<string,string>} labels
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.labels = $util.emptyObject;

            /**
             * Host region.
             * @member {string} region
             * @memberof suanlink.v1.Host
             * @instance
             */
            Host.prototype.region = "";

            /**
             * Encodes the specified Host message. Does not implicitly {@link suanlink.v1.Host.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Host
             * @static
             * @param {suanlink.v1.Host.$Properties} message Host message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Host.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hostname != null && $Object.hasOwnProperty.call(message, "hostname") && message.hostname !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.hostname);
                if (message.os != null && $Object.hasOwnProperty.call(message, "os") && message.os !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.os);
                if (message.kernel != null && $Object.hasOwnProperty.call(message, "kernel") && message.kernel !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.kernel);
                if (message.architecture != null && $Object.hasOwnProperty.call(message, "architecture") && message.architecture !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.architecture);
                if (message.cpuModel != null && $Object.hasOwnProperty.call(message, "cpuModel") && message.cpuModel !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.cpuModel);
                if (message.cpuMilli != null && $Object.hasOwnProperty.call(message, "cpuMilli") && (typeof message.cpuMilli === "object" ? message.cpuMilli.low || message.cpuMilli.high : message.cpuMilli !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.cpuMilli);
                if (message.memoryBytes != null && $Object.hasOwnProperty.call(message, "memoryBytes") && (typeof message.memoryBytes === "object" ? message.memoryBytes.low || message.memoryBytes.high : message.memoryBytes !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.memoryBytes);
                if (message.diskBytes != null && $Object.hasOwnProperty.call(message, "diskBytes") && (typeof message.diskBytes === "object" ? message.diskBytes.low || message.diskBytes.high : message.diskBytes !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.diskBytes);
                if (message.engine != null && $Object.hasOwnProperty.call(message, "engine") && message.engine !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.engine);
                if (message.labels != null && $Object.hasOwnProperty.call(message, "labels"))
                    for (let keys = $Object.keys(message.labels), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 10, wireType 2 =*/82).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.labels[keys[i]]).ldelim();
                if (message.region != null && $Object.hasOwnProperty.call(message, "region") && message.region !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.region);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Host message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Host
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Host & suanlink.v1.Host.$Shape} Host
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Host.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Host();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.hostname = value;
                            else
                                delete message.hostname;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.os = value;
                            else
                                delete message.os;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kernel = value;
                            else
                                delete message.kernel;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.architecture = value;
                            else
                                delete message.architecture;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.cpuModel = value;
                            else
                                delete message.cpuModel;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.cpuMilli = value;
                            else
                                delete message.cpuMilli;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.memoryBytes = value;
                            else
                                delete message.memoryBytes;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.diskBytes = value;
                            else
                                delete message.diskBytes;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.engine = value;
                            else
                                delete message.engine;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (message.labels === $util.emptyObject)
                                message.labels = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.labels, key);
                            message.labels[key] = value;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.region = value;
                            else
                                delete message.region;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Host
             * @function getTypeUrl
             * @memberof suanlink.v1.Host
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Host.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Host";
            };

            return Host;
        })();

        v1.Accelerator = (function() {

            /**
             * Properties of an Accelerator.
             * @typedef {Object} suanlink.v1.Accelerator.$Properties
             * @property {string} [id] Accelerator id
             * @property {string} [vendor] Accelerator vendor
             * @property {string} [model] Accelerator model
             * @property {string} [architecture] Accelerator architecture
             * @property {number} [index] Accelerator index
             * @property {string} [uuid] Accelerator uuid
             * @property {string} [serial] Accelerator serial
             * @property {string} [busAddress] Accelerator busAddress
             * @property {number|null} [numaNode] Accelerator numaNode
             * @property {number|null} [memoryBytes] Accelerator memoryBytes
             * @property {string} [driverVersion] Accelerator driverVersion
             * @property {string} [runtimeVersion] Accelerator runtimeVersion
             * @property {string} [health] Accelerator health
             * @property {Array.<string>} [healthReasons] Accelerator healthReasons
             * @property {boolean} [offered] Accelerator offered
             * @property {string} [notOfferedReason] Accelerator notOfferedReason
             * @property {suanlink.v1.Partition.$Properties} [partition] Accelerator partition
             * @property {Array.<suanlink.v1.Link.$Properties>} [links] Accelerator links
             * @property {Array.<suanlink.v1.Throughput.$Properties>} [throughput] Accelerator throughput
             * @property {boolean} [simulated] Accelerator simulated
             * @property {string} [cpuAffinity] Accelerator cpuAffinity
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Accelerator.
             * @memberof suanlink.v1
             * @interface IAccelerator
             * @augments suanlink.v1.Accelerator.$Properties
             * @deprecated Use suanlink.v1.Accelerator.$Properties instead.
             */

            /**
             * Shape of an Accelerator.
             * @typedef {suanlink.v1.Accelerator.$Properties} suanlink.v1.Accelerator.$Shape
             */

            /**
             * Constructs a new Accelerator.
             * @memberof suanlink.v1
             * @classdesc Represents an Accelerator.
             * @constructor
             * @param {suanlink.v1.Accelerator.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Accelerator = function (properties) {
                this.healthReasons = [];
                this.links = [];
                this.throughput = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Accelerator id.
             * @member {string} id
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.id = "";

            /**
             * Accelerator vendor.
             * @member {string} vendor
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.vendor = "";

            /**
             * Accelerator model.
             * @member {string} model
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.model = "";

            /**
             * Accelerator architecture.
             * @member {string} architecture
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.architecture = "";

            /**
             * Accelerator index.
             * @member {number} index
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.index = 0;

            /**
             * Accelerator uuid.
             * @member {string} uuid
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.uuid = "";

            /**
             * Accelerator serial.
             * @member {string} serial
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.serial = "";

            /**
             * Accelerator busAddress.
             * @member {string} busAddress
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.busAddress = "";

            /**
             * Accelerator numaNode.
             * @member {number|null} numaNode
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.numaNode = null;

            /**
             * Accelerator memoryBytes.
             * @member {number|null} memoryBytes
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.memoryBytes = null;

            /**
             * Accelerator driverVersion.
             * @member {string} driverVersion
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.driverVersion = "";

            /**
             * Accelerator runtimeVersion.
             * @member {string} runtimeVersion
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.runtimeVersion = "";

            /**
             * Accelerator health.
             * @member {string} health
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.health = "";

            /**
             * Accelerator healthReasons.
             * @member {Array.<string>} healthReasons
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.healthReasons = $util.emptyArray;

            /**
             * Accelerator offered.
             * @member {boolean} offered
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.offered = false;

            /**
             * Accelerator notOfferedReason.
             * @member {string} notOfferedReason
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.notOfferedReason = "";

            /**
             * Accelerator partition.
             * @member {suanlink.v1.Partition} partition
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.partition = null;

            /**
             * Accelerator links.
             * @member {Array.<suanlink.v1.Link>} links
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.links = $util.emptyArray;

            /**
             * Accelerator throughput.
             * @member {Array.<suanlink.v1.Throughput>} throughput
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.throughput = $util.emptyArray;

            /**
             * Accelerator simulated.
             * @member {boolean} simulated
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.simulated = false;

            /**
             * Accelerator cpuAffinity.
             * @member {string} cpuAffinity
             * @memberof suanlink.v1.Accelerator
             * @instance
             */
            Accelerator.prototype.cpuAffinity = "";

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Accelerator.prototype, "_numaNode", {
                get: $util.oneOfGetter($oneOfFields = ["numaNode"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Accelerator.prototype, "_memoryBytes", {
                get: $util.oneOfGetter($oneOfFields = ["memoryBytes"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Accelerator message. Does not implicitly {@link suanlink.v1.Accelerator.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Accelerator
             * @static
             * @param {suanlink.v1.Accelerator.$Properties} message Accelerator message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Accelerator.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.vendor != null && $Object.hasOwnProperty.call(message, "vendor") && message.vendor !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.vendor);
                if (message.model != null && $Object.hasOwnProperty.call(message, "model") && message.model !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.model);
                if (message.architecture != null && $Object.hasOwnProperty.call(message, "architecture") && message.architecture !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.architecture);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && message.index !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.index);
                if (message.uuid != null && $Object.hasOwnProperty.call(message, "uuid") && message.uuid !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.uuid);
                if (message.serial != null && $Object.hasOwnProperty.call(message, "serial") && message.serial !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.serial);
                if (message.busAddress != null && $Object.hasOwnProperty.call(message, "busAddress") && message.busAddress !== "")
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.busAddress);
                if (message.numaNode != null && $Object.hasOwnProperty.call(message, "numaNode"))
                    writer.uint32(/* id 9, wireType 0 =*/72).int32(message.numaNode);
                if (message.memoryBytes != null && $Object.hasOwnProperty.call(message, "memoryBytes"))
                    writer.uint32(/* id 10, wireType 0 =*/80).uint64(message.memoryBytes);
                if (message.driverVersion != null && $Object.hasOwnProperty.call(message, "driverVersion") && message.driverVersion !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.driverVersion);
                if (message.runtimeVersion != null && $Object.hasOwnProperty.call(message, "runtimeVersion") && message.runtimeVersion !== "")
                    writer.uint32(/* id 12, wireType 2 =*/98).string(message.runtimeVersion);
                if (message.health != null && $Object.hasOwnProperty.call(message, "health") && message.health !== "")
                    writer.uint32(/* id 13, wireType 2 =*/106).string(message.health);
                if (message.healthReasons != null && message.healthReasons.length)
                    for (let i = 0; i < message.healthReasons.length; ++i)
                        writer.uint32(/* id 14, wireType 2 =*/114).string(message.healthReasons[i]);
                if (message.offered != null && $Object.hasOwnProperty.call(message, "offered") && message.offered !== false)
                    writer.uint32(/* id 15, wireType 0 =*/120).bool(message.offered);
                if (message.notOfferedReason != null && $Object.hasOwnProperty.call(message, "notOfferedReason") && message.notOfferedReason !== "")
                    writer.uint32(/* id 16, wireType 2 =*/130).string(message.notOfferedReason);
                if (message.partition != null && $Object.hasOwnProperty.call(message, "partition"))
                    $root.suanlink.v1.Partition.encode(message.partition, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
                if (message.links != null && message.links.length)
                    for (let i = 0; i < message.links.length; ++i)
                        $root.suanlink.v1.Link.encode(message.links[i], writer.uint32(/* id 18, wireType 2 =*/146).fork(), _depth + 1).ldelim();
                if (message.throughput != null && message.throughput.length)
                    for (let i = 0; i < message.throughput.length; ++i)
                        $root.suanlink.v1.Throughput.encode(message.throughput[i], writer.uint32(/* id 19, wireType 2 =*/154).fork(), _depth + 1).ldelim();
                if (message.simulated != null && $Object.hasOwnProperty.call(message, "simulated") && message.simulated !== false)
                    writer.uint32(/* id 20, wireType 0 =*/160).bool(message.simulated);
                if (message.cpuAffinity != null && $Object.hasOwnProperty.call(message, "cpuAffinity") && message.cpuAffinity !== "")
                    writer.uint32(/* id 21, wireType 2 =*/170).string(message.cpuAffinity);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Accelerator message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Accelerator
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Accelerator & suanlink.v1.Accelerator.$Shape} Accelerator
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Accelerator.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Accelerator();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.vendor = value;
                            else
                                delete message.vendor;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.model = value;
                            else
                                delete message.model;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.architecture = value;
                            else
                                delete message.architecture;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.uuid = value;
                            else
                                delete message.uuid;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.serial = value;
                            else
                                delete message.serial;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.busAddress = value;
                            else
                                delete message.busAddress;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            message.numaNode = reader.int32();
                            message._numaNode = "numaNode";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            message.memoryBytes = reader.uint64();
                            message._memoryBytes = "memoryBytes";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.driverVersion = value;
                            else
                                delete message.driverVersion;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.runtimeVersion = value;
                            else
                                delete message.runtimeVersion;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.health = value;
                            else
                                delete message.health;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            if (!(message.healthReasons && message.healthReasons.length))
                                message.healthReasons = [];
                            message.healthReasons.push(reader.stringVerify());
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.offered = value;
                            else
                                delete message.offered;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.notOfferedReason = value;
                            else
                                delete message.notOfferedReason;
                            continue;
                        }
                    case 17: {
                            if (wireType !== 2)
                                break;
                            message.partition = $root.suanlink.v1.Partition.decode(reader, reader.size(), $undefined, _depth + 1, message.partition);
                            continue;
                        }
                    case 18: {
                            if (wireType !== 2)
                                break;
                            if (!(message.links && message.links.length))
                                message.links = [];
                            message.links.push($root.suanlink.v1.Link.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 19: {
                            if (wireType !== 2)
                                break;
                            if (!(message.throughput && message.throughput.length))
                                message.throughput = [];
                            message.throughput.push($root.suanlink.v1.Throughput.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 20: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.simulated = value;
                            else
                                delete message.simulated;
                            continue;
                        }
                    case 21: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.cpuAffinity = value;
                            else
                                delete message.cpuAffinity;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Accelerator
             * @function getTypeUrl
             * @memberof suanlink.v1.Accelerator
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Accelerator.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Accelerator";
            };

            return Accelerator;
        })();

        v1.Partition = (function() {

            /**
             * Properties of a Partition.
             * @typedef {Object} suanlink.v1.Partition.$Properties
             * @property {string} [kind] Partition kind
             * @property {string} [parentId] Partition parentId
             * @property {string} [profile] Partition profile
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Partition.
             * @memberof suanlink.v1
             * @interface IPartition
             * @augments suanlink.v1.Partition.$Properties
             * @deprecated Use suanlink.v1.Partition.$Properties instead.
             */

            /**
             * Shape of a Partition.
             * @typedef {suanlink.v1.Partition.$Properties} suanlink.v1.Partition.$Shape
             */

            /**
             * Constructs a new Partition.
             * @memberof suanlink.v1
             * @classdesc Represents a Partition.
             * @constructor
             * @param {suanlink.v1.Partition.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Partition = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Partition kind.
             * @member {string} kind
             * @memberof suanlink.v1.Partition
             * @instance
             */
            Partition.prototype.kind = "";

            /**
             * Partition parentId.
             * @member {string} parentId
             * @memberof suanlink.v1.Partition
             * @instance
             */
            Partition.prototype.parentId = "";

            /**
             * Partition profile.
             * @member {string} profile
             * @memberof suanlink.v1.Partition
             * @instance
             */
            Partition.prototype.profile = "";

            /**
             * Encodes the specified Partition message. Does not implicitly {@link suanlink.v1.Partition.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Partition
             * @static
             * @param {suanlink.v1.Partition.$Properties} message Partition message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Partition.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.kind);
                if (message.parentId != null && $Object.hasOwnProperty.call(message, "parentId") && message.parentId !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.parentId);
                if (message.profile != null && $Object.hasOwnProperty.call(message, "profile") && message.profile !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.profile);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Partition message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Partition
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Partition & suanlink.v1.Partition.$Shape} Partition
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Partition.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Partition();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.parentId = value;
                            else
                                delete message.parentId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.profile = value;
                            else
                                delete message.profile;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Partition
             * @function getTypeUrl
             * @memberof suanlink.v1.Partition
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Partition.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Partition";
            };

            return Partition;
        })();

        v1.Link = (function() {

            /**
             * Properties of a Link.
             * @typedef {Object} suanlink.v1.Link.$Properties
             * @property {string} [kind] Link kind
             * @property {string} [peerId] Link peerId
             * @property {string} [word] Link word
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Link.
             * @memberof suanlink.v1
             * @interface ILink
             * @augments suanlink.v1.Link.$Properties
             * @deprecated Use suanlink.v1.Link.$Properties instead.
             */

            /**
             * Shape of a Link.
             * @typedef {suanlink.v1.Link.$Properties} suanlink.v1.Link.$Shape
             */

            /**
             * Constructs a new Link.
             * @memberof suanlink.v1
             * @classdesc Represents a Link.
             * @constructor
             * @param {suanlink.v1.Link.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Link = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Link kind.
             * @member {string} kind
             * @memberof suanlink.v1.Link
             * @instance
             */
            Link.prototype.kind = "";

            /**
             * Link peerId.
             * @member {string} peerId
             * @memberof suanlink.v1.Link
             * @instance
             */
            Link.prototype.peerId = "";

            /**
             * Link word.
             * @member {string} word
             * @memberof suanlink.v1.Link
             * @instance
             */
            Link.prototype.word = "";

            /**
             * Encodes the specified Link message. Does not implicitly {@link suanlink.v1.Link.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Link
             * @static
             * @param {suanlink.v1.Link.$Properties} message Link message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Link.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.kind);
                if (message.peerId != null && $Object.hasOwnProperty.call(message, "peerId") && message.peerId !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.peerId);
                if (message.word != null && $Object.hasOwnProperty.call(message, "word") && message.word !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.word);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Link message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Link
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Link & suanlink.v1.Link.$Shape} Link
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Link.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Link();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.peerId = value;
                            else
                                delete message.peerId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.word = value;
                            else
                                delete message.word;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Link
             * @function getTypeUrl
             * @memberof suanlink.v1.Link
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Link.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Link";
            };

            return Link;
        })();

        v1.Throughput = (function() {

            /**
             * Properties of a Throughput.
             * @typedef {Object} suanlink.v1.Throughput.$Properties
             * @property {string} [precision] Throughput precision
             * @property {number} [gigaFlops] Throughput gigaFlops
             * @property {boolean} [dense] Throughput dense
             * @property {string} [source] Throughput source
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Throughput.
             * @memberof suanlink.v1
             * @interface IThroughput
             * @augments suanlink.v1.Throughput.$Properties
             * @deprecated Use suanlink.v1.Throughput.$Properties instead.
             */

            /**
             * Shape of a Throughput.
             * @typedef {suanlink.v1.Throughput.$Properties} suanlink.v1.Throughput.$Shape
             */

            /**
             * Constructs a new Throughput.
             * @memberof suanlink.v1
             * @classdesc Represents a Throughput.
             * @constructor
             * @param {suanlink.v1.Throughput.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Throughput = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Throughput precision.
             * @member {string} precision
             * @memberof suanlink.v1.Throughput
             * @instance
             */
            Throughput.prototype.precision = "";

            /**
             * Throughput gigaFlops.
             * @member {number} gigaFlops
             * @memberof suanlink.v1.Throughput
             * @instance
             */
            Throughput.prototype.gigaFlops = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Throughput dense.
             * @member {boolean} dense
             * @memberof suanlink.v1.Throughput
             * @instance
             */
            Throughput.prototype.dense = false;

            /**
             * Throughput source.
             * @member {string} source
             * @memberof suanlink.v1.Throughput
             * @instance
             */
            Throughput.prototype.source = "";

            /**
             * Encodes the specified Throughput message. Does not implicitly {@link suanlink.v1.Throughput.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Throughput
             * @static
             * @param {suanlink.v1.Throughput.$Properties} message Throughput message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Throughput.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.precision != null && $Object.hasOwnProperty.call(message, "precision") && message.precision !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.precision);
                if (message.gigaFlops != null && $Object.hasOwnProperty.call(message, "gigaFlops") && (typeof message.gigaFlops === "object" ? message.gigaFlops.low || message.gigaFlops.high : message.gigaFlops !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.gigaFlops);
                if (message.dense != null && $Object.hasOwnProperty.call(message, "dense") && message.dense !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.dense);
                if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.source);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Throughput message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Throughput
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Throughput & suanlink.v1.Throughput.$Shape} Throughput
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Throughput.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Throughput();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.precision = value;
                            else
                                delete message.precision;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.gigaFlops = value;
                            else
                                delete message.gigaFlops;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.dense = value;
                            else
                                delete message.dense;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.source = value;
                            else
                                delete message.source;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Throughput
             * @function getTypeUrl
             * @memberof suanlink.v1.Throughput
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Throughput.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Throughput";
            };

            return Throughput;
        })();

        v1.ProbeStatus = (function() {

            /**
             * Properties of a ProbeStatus.
             * @typedef {Object} suanlink.v1.ProbeStatus.$Properties
             * @property {string} [vendor] ProbeStatus vendor
             * @property {string} [status] ProbeStatus status
             * @property {string} [reason] ProbeStatus reason
             * @property {number} [lastGoodAgeMs] ProbeStatus lastGoodAgeMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ProbeStatus.
             * @memberof suanlink.v1
             * @interface IProbeStatus
             * @augments suanlink.v1.ProbeStatus.$Properties
             * @deprecated Use suanlink.v1.ProbeStatus.$Properties instead.
             */

            /**
             * Shape of a ProbeStatus.
             * @typedef {suanlink.v1.ProbeStatus.$Properties} suanlink.v1.ProbeStatus.$Shape
             */

            /**
             * Constructs a new ProbeStatus.
             * @memberof suanlink.v1
             * @classdesc Represents a ProbeStatus.
             * @constructor
             * @param {suanlink.v1.ProbeStatus.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ProbeStatus = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ProbeStatus vendor.
             * @member {string} vendor
             * @memberof suanlink.v1.ProbeStatus
             * @instance
             */
            ProbeStatus.prototype.vendor = "";

            /**
             * ProbeStatus status.
             * @member {string} status
             * @memberof suanlink.v1.ProbeStatus
             * @instance
             */
            ProbeStatus.prototype.status = "";

            /**
             * ProbeStatus reason.
             * @member {string} reason
             * @memberof suanlink.v1.ProbeStatus
             * @instance
             */
            ProbeStatus.prototype.reason = "";

            /**
             * ProbeStatus lastGoodAgeMs.
             * @member {number} lastGoodAgeMs
             * @memberof suanlink.v1.ProbeStatus
             * @instance
             */
            ProbeStatus.prototype.lastGoodAgeMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified ProbeStatus message. Does not implicitly {@link suanlink.v1.ProbeStatus.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.ProbeStatus
             * @static
             * @param {suanlink.v1.ProbeStatus.$Properties} message ProbeStatus message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ProbeStatus.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.vendor != null && $Object.hasOwnProperty.call(message, "vendor") && message.vendor !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.vendor);
                if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.status);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.reason);
                if (message.lastGoodAgeMs != null && $Object.hasOwnProperty.call(message, "lastGoodAgeMs") && (typeof message.lastGoodAgeMs === "object" ? message.lastGoodAgeMs.low || message.lastGoodAgeMs.high : message.lastGoodAgeMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.lastGoodAgeMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ProbeStatus message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.ProbeStatus
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.ProbeStatus & suanlink.v1.ProbeStatus.$Shape} ProbeStatus
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ProbeStatus.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.ProbeStatus();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.vendor = value;
                            else
                                delete message.vendor;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.status = value;
                            else
                                delete message.status;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.lastGoodAgeMs = value;
                            else
                                delete message.lastGoodAgeMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for ProbeStatus
             * @function getTypeUrl
             * @memberof suanlink.v1.ProbeStatus
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            ProbeStatus.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.ProbeStatus";
            };

            return ProbeStatus;
        })();

        v1.Work = (function() {

            /**
             * Properties of a Work.
             * @typedef {Object} suanlink.v1.Work.$Properties
             * @property {string} [image] Work image
             * @property {Array.<string>} [command] Work command
             * @property {Array.<string>} [entrypoint] Work entrypoint
             * @property {Object.<string,string>} [env] Work env
             * @property {string} [workingDir] Work workingDir
             * @property {string} [user] Work user
             * @property {number} [cpuMilli] Work cpuMilli
             * @property {number} [memoryBytes] Work memoryBytes
             * @property {number} [diskBytes] Work diskBytes
             * @property {number} [shmBytes] Work shmBytes
             * @property {number} [pids] Work pids
             * @property {string} [network] Work network
             * @property {boolean} [readOnlyRoot] Work readOnlyRoot
             * @property {number} [graceMs] Work graceMs
             * @property {string} [onLost] Work onLost
             * @property {number} [keepMs] Work keepMs
             * @property {suanlink.v1.RegistryAuth.$Properties} [registryAuth] Work registryAuth
             * @property {string} [sandbox] Work sandbox
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Work.
             * @memberof suanlink.v1
             * @interface IWork
             * @augments suanlink.v1.Work.$Properties
             * @deprecated Use suanlink.v1.Work.$Properties instead.
             */

            /**
             * Shape of a Work.
             * @typedef {suanlink.v1.Work.$Properties} suanlink.v1.Work.$Shape
             */

            /**
             * Constructs a new Work.
             * @memberof suanlink.v1
             * @classdesc Represents a Work.
             * @constructor
             * @param {suanlink.v1.Work.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Work = function (properties) {
                this.command = [];
                this.entrypoint = [];
                this.env = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Work image.
             * @member {string} image
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.image = "";

            /**
             * Work command.
             * @member {Array.<string>} command
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.command = $util.emptyArray;

            /**
             * Work entrypoint.
             * @member {Array.<string>} entrypoint
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.entrypoint = $util.emptyArray;

            /**
             * Work env.
             * @member {Object.<string,string>} env
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.env = $util.emptyObject;

            /**
             * Work workingDir.
             * @member {string} workingDir
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.workingDir = "";

            /**
             * Work user.
             * @member {string} user
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.user = "";

            /**
             * Work cpuMilli.
             * @member {number} cpuMilli
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.cpuMilli = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Work memoryBytes.
             * @member {number} memoryBytes
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.memoryBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Work diskBytes.
             * @member {number} diskBytes
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.diskBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Work shmBytes.
             * @member {number} shmBytes
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.shmBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Work pids.
             * @member {number} pids
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.pids = 0;

            /**
             * Work network.
             * @member {string} network
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.network = "";

            /**
             * Work readOnlyRoot.
             * @member {boolean} readOnlyRoot
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.readOnlyRoot = false;

            /**
             * Work graceMs.
             * @member {number} graceMs
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.graceMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Work onLost.
             * @member {string} onLost
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.onLost = "";

            /**
             * Work keepMs.
             * @member {number} keepMs
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.keepMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Work registryAuth.
             * @member {suanlink.v1.RegistryAuth} registryAuth
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.registryAuth = null;

            /**
             * Work sandbox.
             * @member {string} sandbox
             * @memberof suanlink.v1.Work
             * @instance
             */
            Work.prototype.sandbox = "";

            /**
             * Encodes the specified Work message. Does not implicitly {@link suanlink.v1.Work.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Work
             * @static
             * @param {suanlink.v1.Work.$Properties} message Work message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Work.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.image != null && $Object.hasOwnProperty.call(message, "image") && message.image !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.image);
                if (message.command != null && message.command.length)
                    for (let i = 0; i < message.command.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.command[i]);
                if (message.entrypoint != null && message.entrypoint.length)
                    for (let i = 0; i < message.entrypoint.length; ++i)
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.entrypoint[i]);
                if (message.env != null && $Object.hasOwnProperty.call(message, "env"))
                    for (let keys = $Object.keys(message.env), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.env[keys[i]]).ldelim();
                if (message.workingDir != null && $Object.hasOwnProperty.call(message, "workingDir") && message.workingDir !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.workingDir);
                if (message.user != null && $Object.hasOwnProperty.call(message, "user") && message.user !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.user);
                if (message.cpuMilli != null && $Object.hasOwnProperty.call(message, "cpuMilli") && (typeof message.cpuMilli === "object" ? message.cpuMilli.low || message.cpuMilli.high : message.cpuMilli !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.cpuMilli);
                if (message.memoryBytes != null && $Object.hasOwnProperty.call(message, "memoryBytes") && (typeof message.memoryBytes === "object" ? message.memoryBytes.low || message.memoryBytes.high : message.memoryBytes !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.memoryBytes);
                if (message.diskBytes != null && $Object.hasOwnProperty.call(message, "diskBytes") && (typeof message.diskBytes === "object" ? message.diskBytes.low || message.diskBytes.high : message.diskBytes !== 0))
                    writer.uint32(/* id 9, wireType 0 =*/72).uint64(message.diskBytes);
                if (message.shmBytes != null && $Object.hasOwnProperty.call(message, "shmBytes") && (typeof message.shmBytes === "object" ? message.shmBytes.low || message.shmBytes.high : message.shmBytes !== 0))
                    writer.uint32(/* id 10, wireType 0 =*/80).uint64(message.shmBytes);
                if (message.pids != null && $Object.hasOwnProperty.call(message, "pids") && message.pids !== 0)
                    writer.uint32(/* id 11, wireType 0 =*/88).uint32(message.pids);
                if (message.network != null && $Object.hasOwnProperty.call(message, "network") && message.network !== "")
                    writer.uint32(/* id 12, wireType 2 =*/98).string(message.network);
                if (message.readOnlyRoot != null && $Object.hasOwnProperty.call(message, "readOnlyRoot") && message.readOnlyRoot !== false)
                    writer.uint32(/* id 13, wireType 0 =*/104).bool(message.readOnlyRoot);
                if (message.graceMs != null && $Object.hasOwnProperty.call(message, "graceMs") && (typeof message.graceMs === "object" ? message.graceMs.low || message.graceMs.high : message.graceMs !== 0))
                    writer.uint32(/* id 14, wireType 0 =*/112).uint64(message.graceMs);
                if (message.onLost != null && $Object.hasOwnProperty.call(message, "onLost") && message.onLost !== "")
                    writer.uint32(/* id 15, wireType 2 =*/122).string(message.onLost);
                if (message.keepMs != null && $Object.hasOwnProperty.call(message, "keepMs") && (typeof message.keepMs === "object" ? message.keepMs.low || message.keepMs.high : message.keepMs !== 0))
                    writer.uint32(/* id 16, wireType 0 =*/128).uint64(message.keepMs);
                if (message.registryAuth != null && $Object.hasOwnProperty.call(message, "registryAuth"))
                    $root.suanlink.v1.RegistryAuth.encode(message.registryAuth, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
                if (message.sandbox != null && $Object.hasOwnProperty.call(message, "sandbox") && message.sandbox !== "")
                    writer.uint32(/* id 18, wireType 2 =*/146).string(message.sandbox);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Work message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Work
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Work & suanlink.v1.Work.$Shape} Work
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Work.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Work();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.image = value;
                            else
                                delete message.image;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.command && message.command.length))
                                message.command = [];
                            message.command.push(reader.stringVerify());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entrypoint && message.entrypoint.length))
                                message.entrypoint = [];
                            message.entrypoint.push(reader.stringVerify());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (message.env === $util.emptyObject)
                                message.env = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.env, key);
                            message.env[key] = value;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.workingDir = value;
                            else
                                delete message.workingDir;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.user = value;
                            else
                                delete message.user;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.cpuMilli = value;
                            else
                                delete message.cpuMilli;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.memoryBytes = value;
                            else
                                delete message.memoryBytes;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.diskBytes = value;
                            else
                                delete message.diskBytes;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.shmBytes = value;
                            else
                                delete message.shmBytes;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.pids = value;
                            else
                                delete message.pids;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.network = value;
                            else
                                delete message.network;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.readOnlyRoot = value;
                            else
                                delete message.readOnlyRoot;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.graceMs = value;
                            else
                                delete message.graceMs;
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.onLost = value;
                            else
                                delete message.onLost;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.keepMs = value;
                            else
                                delete message.keepMs;
                            continue;
                        }
                    case 17: {
                            if (wireType !== 2)
                                break;
                            message.registryAuth = $root.suanlink.v1.RegistryAuth.decode(reader, reader.size(), $undefined, _depth + 1, message.registryAuth);
                            continue;
                        }
                    case 18: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.sandbox = value;
                            else
                                delete message.sandbox;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Work
             * @function getTypeUrl
             * @memberof suanlink.v1.Work
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Work.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Work";
            };

            return Work;
        })();

        v1.RegistryAuth = (function() {

            /**
             * Properties of a RegistryAuth.
             * @typedef {Object} suanlink.v1.RegistryAuth.$Properties
             * @property {string} [username] RegistryAuth username
             * @property {string} [password] RegistryAuth password
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RegistryAuth.
             * @memberof suanlink.v1
             * @interface IRegistryAuth
             * @augments suanlink.v1.RegistryAuth.$Properties
             * @deprecated Use suanlink.v1.RegistryAuth.$Properties instead.
             */

            /**
             * Shape of a RegistryAuth.
             * @typedef {suanlink.v1.RegistryAuth.$Properties} suanlink.v1.RegistryAuth.$Shape
             */

            /**
             * Constructs a new RegistryAuth.
             * @memberof suanlink.v1
             * @classdesc Represents a RegistryAuth.
             * @constructor
             * @param {suanlink.v1.RegistryAuth.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RegistryAuth = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RegistryAuth username.
             * @member {string} username
             * @memberof suanlink.v1.RegistryAuth
             * @instance
             */
            RegistryAuth.prototype.username = "";

            /**
             * RegistryAuth password.
             * @member {string} password
             * @memberof suanlink.v1.RegistryAuth
             * @instance
             */
            RegistryAuth.prototype.password = "";

            /**
             * Encodes the specified RegistryAuth message. Does not implicitly {@link suanlink.v1.RegistryAuth.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.RegistryAuth
             * @static
             * @param {suanlink.v1.RegistryAuth.$Properties} message RegistryAuth message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RegistryAuth.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.username != null && $Object.hasOwnProperty.call(message, "username") && message.username !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.username);
                if (message.password != null && $Object.hasOwnProperty.call(message, "password") && message.password !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.password);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RegistryAuth message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.RegistryAuth
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.RegistryAuth & suanlink.v1.RegistryAuth.$Shape} RegistryAuth
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RegistryAuth.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.RegistryAuth();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.username = value;
                            else
                                delete message.username;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.password = value;
                            else
                                delete message.password;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for RegistryAuth
             * @function getTypeUrl
             * @memberof suanlink.v1.RegistryAuth
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            RegistryAuth.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.RegistryAuth";
            };

            return RegistryAuth;
        })();

        v1.Offer = (function() {

            /**
             * Properties of an Offer.
             * @typedef {Object} suanlink.v1.Offer.$Properties
             * @property {string} [leaseId] Offer leaseId
             * @property {number} [epoch] Offer epoch
             * @property {string} [jobId] Offer jobId
             * @property {string} [org] Offer org
             * @property {number} [validForMs] Offer validForMs
             * @property {string} [inventoryGeneration] Offer inventoryGeneration
             * @property {Array.<string>} [acceleratorIds] Offer acceleratorIds
             * @property {number} [acceleratorMilli] Offer acceleratorMilli
             * @property {suanlink.v1.Work.$Properties} [work] Offer work
             * @property {number} [maxDurationMs] Offer maxDurationMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Offer.
             * @memberof suanlink.v1
             * @interface IOffer
             * @augments suanlink.v1.Offer.$Properties
             * @deprecated Use suanlink.v1.Offer.$Properties instead.
             */

            /**
             * Shape of an Offer.
             * @typedef {suanlink.v1.Offer.$Properties} suanlink.v1.Offer.$Shape
             */

            /**
             * Constructs a new Offer.
             * @memberof suanlink.v1
             * @classdesc Represents an Offer.
             * @constructor
             * @param {suanlink.v1.Offer.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Offer = function (properties) {
                this.acceleratorIds = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Offer leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.leaseId = "";

            /**
             * Offer epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Offer jobId.
             * @member {string} jobId
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.jobId = "";

            /**
             * Offer org.
             * @member {string} org
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.org = "";

            /**
             * Offer validForMs.
             * @member {number} validForMs
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.validForMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Offer inventoryGeneration.
             * @member {string} inventoryGeneration
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.inventoryGeneration = "";

            /**
             * Offer acceleratorIds.
             * @member {Array.<string>} acceleratorIds
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.acceleratorIds = $util.emptyArray;

            /**
             * Offer acceleratorMilli.
             * @member {number} acceleratorMilli
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.acceleratorMilli = 0;

            /**
             * Offer work.
             * @member {suanlink.v1.Work} work
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.work = null;

            /**
             * Offer maxDurationMs.
             * @member {number} maxDurationMs
             * @memberof suanlink.v1.Offer
             * @instance
             */
            Offer.prototype.maxDurationMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Offer message. Does not implicitly {@link suanlink.v1.Offer.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Offer
             * @static
             * @param {suanlink.v1.Offer.$Properties} message Offer message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Offer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.jobId != null && $Object.hasOwnProperty.call(message, "jobId") && message.jobId !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.jobId);
                if (message.org != null && $Object.hasOwnProperty.call(message, "org") && message.org !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.org);
                if (message.validForMs != null && $Object.hasOwnProperty.call(message, "validForMs") && (typeof message.validForMs === "object" ? message.validForMs.low || message.validForMs.high : message.validForMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.validForMs);
                if (message.inventoryGeneration != null && $Object.hasOwnProperty.call(message, "inventoryGeneration") && message.inventoryGeneration !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.inventoryGeneration);
                if (message.acceleratorIds != null && message.acceleratorIds.length)
                    for (let i = 0; i < message.acceleratorIds.length; ++i)
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.acceleratorIds[i]);
                if (message.acceleratorMilli != null && $Object.hasOwnProperty.call(message, "acceleratorMilli") && message.acceleratorMilli !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.acceleratorMilli);
                if (message.work != null && $Object.hasOwnProperty.call(message, "work"))
                    $root.suanlink.v1.Work.encode(message.work, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.maxDurationMs != null && $Object.hasOwnProperty.call(message, "maxDurationMs") && (typeof message.maxDurationMs === "object" ? message.maxDurationMs.low || message.maxDurationMs.high : message.maxDurationMs !== 0))
                    writer.uint32(/* id 10, wireType 0 =*/80).uint64(message.maxDurationMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Offer message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Offer
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Offer & suanlink.v1.Offer.$Shape} Offer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Offer.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Offer();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.jobId = value;
                            else
                                delete message.jobId;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.org = value;
                            else
                                delete message.org;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.validForMs = value;
                            else
                                delete message.validForMs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.inventoryGeneration = value;
                            else
                                delete message.inventoryGeneration;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.acceleratorIds && message.acceleratorIds.length))
                                message.acceleratorIds = [];
                            message.acceleratorIds.push(reader.stringVerify());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.acceleratorMilli = value;
                            else
                                delete message.acceleratorMilli;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.work = $root.suanlink.v1.Work.decode(reader, reader.size(), $undefined, _depth + 1, message.work);
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.maxDurationMs = value;
                            else
                                delete message.maxDurationMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Offer
             * @function getTypeUrl
             * @memberof suanlink.v1.Offer
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Offer.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Offer";
            };

            return Offer;
        })();

        v1.Accept = (function() {

            /**
             * Properties of an Accept.
             * @typedef {Object} suanlink.v1.Accept.$Properties
             * @property {string} [leaseId] Accept leaseId
             * @property {number} [epoch] Accept epoch
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Accept.
             * @memberof suanlink.v1
             * @interface IAccept
             * @augments suanlink.v1.Accept.$Properties
             * @deprecated Use suanlink.v1.Accept.$Properties instead.
             */

            /**
             * Shape of an Accept.
             * @typedef {suanlink.v1.Accept.$Properties} suanlink.v1.Accept.$Shape
             */

            /**
             * Constructs a new Accept.
             * @memberof suanlink.v1
             * @classdesc Represents an Accept.
             * @constructor
             * @param {suanlink.v1.Accept.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Accept = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Accept leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.Accept
             * @instance
             */
            Accept.prototype.leaseId = "";

            /**
             * Accept epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.Accept
             * @instance
             */
            Accept.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Accept message. Does not implicitly {@link suanlink.v1.Accept.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Accept
             * @static
             * @param {suanlink.v1.Accept.$Properties} message Accept message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Accept.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Accept message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Accept
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Accept & suanlink.v1.Accept.$Shape} Accept
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Accept.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Accept();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Accept
             * @function getTypeUrl
             * @memberof suanlink.v1.Accept
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Accept.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Accept";
            };

            return Accept;
        })();

        v1.Reject = (function() {

            /**
             * Properties of a Reject.
             * @typedef {Object} suanlink.v1.Reject.$Properties
             * @property {string} [leaseId] Reject leaseId
             * @property {number} [epoch] Reject epoch
             * @property {string} [code] Reject code
             * @property {string} [message] Reject message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Reject.
             * @memberof suanlink.v1
             * @interface IReject
             * @augments suanlink.v1.Reject.$Properties
             * @deprecated Use suanlink.v1.Reject.$Properties instead.
             */

            /**
             * Shape of a Reject.
             * @typedef {suanlink.v1.Reject.$Properties} suanlink.v1.Reject.$Shape
             */

            /**
             * Constructs a new Reject.
             * @memberof suanlink.v1
             * @classdesc Represents a Reject.
             * @constructor
             * @param {suanlink.v1.Reject.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Reject = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Reject leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.Reject
             * @instance
             */
            Reject.prototype.leaseId = "";

            /**
             * Reject epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.Reject
             * @instance
             */
            Reject.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Reject code.
             * @member {string} code
             * @memberof suanlink.v1.Reject
             * @instance
             */
            Reject.prototype.code = "";

            /**
             * Reject message.
             * @member {string} message
             * @memberof suanlink.v1.Reject
             * @instance
             */
            Reject.prototype.message = "";

            /**
             * Encodes the specified Reject message. Does not implicitly {@link suanlink.v1.Reject.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Reject
             * @static
             * @param {suanlink.v1.Reject.$Properties} message Reject message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Reject.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.message);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Reject message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Reject
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Reject & suanlink.v1.Reject.$Shape} Reject
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Reject.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Reject();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Reject
             * @function getTypeUrl
             * @memberof suanlink.v1.Reject
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Reject.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Reject";
            };

            return Reject;
        })();

        v1.Commit = (function() {

            /**
             * Properties of a Commit.
             * @typedef {Object} suanlink.v1.Commit.$Properties
             * @property {string} [leaseId] Commit leaseId
             * @property {number} [epoch] Commit epoch
             * @property {number} [ttlMs] Commit ttlMs
             * @property {number} [maxDurationMs] Commit maxDurationMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Commit.
             * @memberof suanlink.v1
             * @interface ICommit
             * @augments suanlink.v1.Commit.$Properties
             * @deprecated Use suanlink.v1.Commit.$Properties instead.
             */

            /**
             * Shape of a Commit.
             * @typedef {suanlink.v1.Commit.$Properties} suanlink.v1.Commit.$Shape
             */

            /**
             * Constructs a new Commit.
             * @memberof suanlink.v1
             * @classdesc Represents a Commit.
             * @constructor
             * @param {suanlink.v1.Commit.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Commit = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Commit leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.Commit
             * @instance
             */
            Commit.prototype.leaseId = "";

            /**
             * Commit epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.Commit
             * @instance
             */
            Commit.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Commit ttlMs.
             * @member {number} ttlMs
             * @memberof suanlink.v1.Commit
             * @instance
             */
            Commit.prototype.ttlMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Commit maxDurationMs.
             * @member {number} maxDurationMs
             * @memberof suanlink.v1.Commit
             * @instance
             */
            Commit.prototype.maxDurationMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Commit message. Does not implicitly {@link suanlink.v1.Commit.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Commit
             * @static
             * @param {suanlink.v1.Commit.$Properties} message Commit message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Commit.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.ttlMs != null && $Object.hasOwnProperty.call(message, "ttlMs") && (typeof message.ttlMs === "object" ? message.ttlMs.low || message.ttlMs.high : message.ttlMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.ttlMs);
                if (message.maxDurationMs != null && $Object.hasOwnProperty.call(message, "maxDurationMs") && (typeof message.maxDurationMs === "object" ? message.maxDurationMs.low || message.maxDurationMs.high : message.maxDurationMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.maxDurationMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Commit message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Commit
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Commit & suanlink.v1.Commit.$Shape} Commit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Commit.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Commit();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.ttlMs = value;
                            else
                                delete message.ttlMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.maxDurationMs = value;
                            else
                                delete message.maxDurationMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Commit
             * @function getTypeUrl
             * @memberof suanlink.v1.Commit
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Commit.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Commit";
            };

            return Commit;
        })();

        v1.LeaseRef = (function() {

            /**
             * Properties of a LeaseRef.
             * @typedef {Object} suanlink.v1.LeaseRef.$Properties
             * @property {string} [leaseId] LeaseRef leaseId
             * @property {number} [epoch] LeaseRef epoch
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LeaseRef.
             * @memberof suanlink.v1
             * @interface ILeaseRef
             * @augments suanlink.v1.LeaseRef.$Properties
             * @deprecated Use suanlink.v1.LeaseRef.$Properties instead.
             */

            /**
             * Shape of a LeaseRef.
             * @typedef {suanlink.v1.LeaseRef.$Properties} suanlink.v1.LeaseRef.$Shape
             */

            /**
             * Constructs a new LeaseRef.
             * @memberof suanlink.v1
             * @classdesc Represents a LeaseRef.
             * @constructor
             * @param {suanlink.v1.LeaseRef.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LeaseRef = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LeaseRef leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.LeaseRef
             * @instance
             */
            LeaseRef.prototype.leaseId = "";

            /**
             * LeaseRef epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.LeaseRef
             * @instance
             */
            LeaseRef.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified LeaseRef message. Does not implicitly {@link suanlink.v1.LeaseRef.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.LeaseRef
             * @static
             * @param {suanlink.v1.LeaseRef.$Properties} message LeaseRef message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LeaseRef.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LeaseRef message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.LeaseRef
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.LeaseRef & suanlink.v1.LeaseRef.$Shape} LeaseRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LeaseRef.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.LeaseRef();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for LeaseRef
             * @function getTypeUrl
             * @memberof suanlink.v1.LeaseRef
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            LeaseRef.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.LeaseRef";
            };

            return LeaseRef;
        })();

        v1.Renew = (function() {

            /**
             * Properties of a Renew.
             * @typedef {Object} suanlink.v1.Renew.$Properties
             * @property {number} [request] Renew request
             * @property {Array.<suanlink.v1.LeaseRef.$Properties>} [leases] Renew leases
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Renew.
             * @memberof suanlink.v1
             * @interface IRenew
             * @augments suanlink.v1.Renew.$Properties
             * @deprecated Use suanlink.v1.Renew.$Properties instead.
             */

            /**
             * Shape of a Renew.
             * @typedef {suanlink.v1.Renew.$Properties} suanlink.v1.Renew.$Shape
             */

            /**
             * Constructs a new Renew.
             * @memberof suanlink.v1
             * @classdesc Represents a Renew.
             * @constructor
             * @param {suanlink.v1.Renew.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Renew = function (properties) {
                this.leases = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Renew request.
             * @member {number} request
             * @memberof suanlink.v1.Renew
             * @instance
             */
            Renew.prototype.request = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Renew leases.
             * @member {Array.<suanlink.v1.LeaseRef>} leases
             * @memberof suanlink.v1.Renew
             * @instance
             */
            Renew.prototype.leases = $util.emptyArray;

            /**
             * Encodes the specified Renew message. Does not implicitly {@link suanlink.v1.Renew.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Renew
             * @static
             * @param {suanlink.v1.Renew.$Properties} message Renew message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Renew.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.request != null && $Object.hasOwnProperty.call(message, "request") && (typeof message.request === "object" ? message.request.low || message.request.high : message.request !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.request);
                if (message.leases != null && message.leases.length)
                    for (let i = 0; i < message.leases.length; ++i)
                        $root.suanlink.v1.LeaseRef.encode(message.leases[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Renew message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Renew
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Renew & suanlink.v1.Renew.$Shape} Renew
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Renew.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Renew();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.request = value;
                            else
                                delete message.request;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.leases && message.leases.length))
                                message.leases = [];
                            message.leases.push($root.suanlink.v1.LeaseRef.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Renew
             * @function getTypeUrl
             * @memberof suanlink.v1.Renew
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Renew.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Renew";
            };

            return Renew;
        })();

        v1.Renewed = (function() {

            /**
             * Properties of a Renewed.
             * @typedef {Object} suanlink.v1.Renewed.$Properties
             * @property {number} [request] Renewed request
             * @property {Array.<suanlink.v1.Renewal.$Properties>} [renewals] Renewed renewals
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Renewed.
             * @memberof suanlink.v1
             * @interface IRenewed
             * @augments suanlink.v1.Renewed.$Properties
             * @deprecated Use suanlink.v1.Renewed.$Properties instead.
             */

            /**
             * Shape of a Renewed.
             * @typedef {suanlink.v1.Renewed.$Properties} suanlink.v1.Renewed.$Shape
             */

            /**
             * Constructs a new Renewed.
             * @memberof suanlink.v1
             * @classdesc Represents a Renewed.
             * @constructor
             * @param {suanlink.v1.Renewed.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Renewed = function (properties) {
                this.renewals = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Renewed request.
             * @member {number} request
             * @memberof suanlink.v1.Renewed
             * @instance
             */
            Renewed.prototype.request = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Renewed renewals.
             * @member {Array.<suanlink.v1.Renewal>} renewals
             * @memberof suanlink.v1.Renewed
             * @instance
             */
            Renewed.prototype.renewals = $util.emptyArray;

            /**
             * Encodes the specified Renewed message. Does not implicitly {@link suanlink.v1.Renewed.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Renewed
             * @static
             * @param {suanlink.v1.Renewed.$Properties} message Renewed message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Renewed.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.request != null && $Object.hasOwnProperty.call(message, "request") && (typeof message.request === "object" ? message.request.low || message.request.high : message.request !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.request);
                if (message.renewals != null && message.renewals.length)
                    for (let i = 0; i < message.renewals.length; ++i)
                        $root.suanlink.v1.Renewal.encode(message.renewals[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Renewed message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Renewed
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Renewed & suanlink.v1.Renewed.$Shape} Renewed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Renewed.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Renewed();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.request = value;
                            else
                                delete message.request;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.renewals && message.renewals.length))
                                message.renewals = [];
                            message.renewals.push($root.suanlink.v1.Renewal.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Renewed
             * @function getTypeUrl
             * @memberof suanlink.v1.Renewed
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Renewed.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Renewed";
            };

            return Renewed;
        })();

        v1.Renewal = (function() {

            /**
             * Properties of a Renewal.
             * @typedef {Object} suanlink.v1.Renewal.$Properties
             * @property {string} [leaseId] Renewal leaseId
             * @property {number} [epoch] Renewal epoch
             * @property {string} [verdict] Renewal verdict
             * @property {number} [ttlMs] Renewal ttlMs
             * @property {string} [stopReason] Renewal stopReason
             * @property {number} [graceMs] Renewal graceMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Renewal.
             * @memberof suanlink.v1
             * @interface IRenewal
             * @augments suanlink.v1.Renewal.$Properties
             * @deprecated Use suanlink.v1.Renewal.$Properties instead.
             */

            /**
             * Shape of a Renewal.
             * @typedef {suanlink.v1.Renewal.$Properties} suanlink.v1.Renewal.$Shape
             */

            /**
             * Constructs a new Renewal.
             * @memberof suanlink.v1
             * @classdesc Represents a Renewal.
             * @constructor
             * @param {suanlink.v1.Renewal.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Renewal = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Renewal leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.Renewal
             * @instance
             */
            Renewal.prototype.leaseId = "";

            /**
             * Renewal epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.Renewal
             * @instance
             */
            Renewal.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Renewal verdict.
             * @member {string} verdict
             * @memberof suanlink.v1.Renewal
             * @instance
             */
            Renewal.prototype.verdict = "";

            /**
             * Renewal ttlMs.
             * @member {number} ttlMs
             * @memberof suanlink.v1.Renewal
             * @instance
             */
            Renewal.prototype.ttlMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Renewal stopReason.
             * @member {string} stopReason
             * @memberof suanlink.v1.Renewal
             * @instance
             */
            Renewal.prototype.stopReason = "";

            /**
             * Renewal graceMs.
             * @member {number} graceMs
             * @memberof suanlink.v1.Renewal
             * @instance
             */
            Renewal.prototype.graceMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Renewal message. Does not implicitly {@link suanlink.v1.Renewal.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Renewal
             * @static
             * @param {suanlink.v1.Renewal.$Properties} message Renewal message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Renewal.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.verdict != null && $Object.hasOwnProperty.call(message, "verdict") && message.verdict !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.verdict);
                if (message.ttlMs != null && $Object.hasOwnProperty.call(message, "ttlMs") && (typeof message.ttlMs === "object" ? message.ttlMs.low || message.ttlMs.high : message.ttlMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.ttlMs);
                if (message.stopReason != null && $Object.hasOwnProperty.call(message, "stopReason") && message.stopReason !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.stopReason);
                if (message.graceMs != null && $Object.hasOwnProperty.call(message, "graceMs") && (typeof message.graceMs === "object" ? message.graceMs.low || message.graceMs.high : message.graceMs !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.graceMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Renewal message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Renewal
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Renewal & suanlink.v1.Renewal.$Shape} Renewal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Renewal.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Renewal();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.verdict = value;
                            else
                                delete message.verdict;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.ttlMs = value;
                            else
                                delete message.ttlMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stopReason = value;
                            else
                                delete message.stopReason;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.graceMs = value;
                            else
                                delete message.graceMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Renewal
             * @function getTypeUrl
             * @memberof suanlink.v1.Renewal
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Renewal.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Renewal";
            };

            return Renewal;
        })();

        v1.Stop = (function() {

            /**
             * Properties of a Stop.
             * @typedef {Object} suanlink.v1.Stop.$Properties
             * @property {string} [leaseId] Stop leaseId
             * @property {number} [epoch] Stop epoch
             * @property {string} [reason] Stop reason
             * @property {string} [message] Stop message
             * @property {number} [graceMs] Stop graceMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Stop.
             * @memberof suanlink.v1
             * @interface IStop
             * @augments suanlink.v1.Stop.$Properties
             * @deprecated Use suanlink.v1.Stop.$Properties instead.
             */

            /**
             * Shape of a Stop.
             * @typedef {suanlink.v1.Stop.$Properties} suanlink.v1.Stop.$Shape
             */

            /**
             * Constructs a new Stop.
             * @memberof suanlink.v1
             * @classdesc Represents a Stop.
             * @constructor
             * @param {suanlink.v1.Stop.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Stop = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Stop leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.Stop
             * @instance
             */
            Stop.prototype.leaseId = "";

            /**
             * Stop epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.Stop
             * @instance
             */
            Stop.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Stop reason.
             * @member {string} reason
             * @memberof suanlink.v1.Stop
             * @instance
             */
            Stop.prototype.reason = "";

            /**
             * Stop message.
             * @member {string} message
             * @memberof suanlink.v1.Stop
             * @instance
             */
            Stop.prototype.message = "";

            /**
             * Stop graceMs.
             * @member {number} graceMs
             * @memberof suanlink.v1.Stop
             * @instance
             */
            Stop.prototype.graceMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Stop message. Does not implicitly {@link suanlink.v1.Stop.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Stop
             * @static
             * @param {suanlink.v1.Stop.$Properties} message Stop message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Stop.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.reason);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.message);
                if (message.graceMs != null && $Object.hasOwnProperty.call(message, "graceMs") && (typeof message.graceMs === "object" ? message.graceMs.low || message.graceMs.high : message.graceMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.graceMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Stop message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Stop
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Stop & suanlink.v1.Stop.$Shape} Stop
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Stop.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Stop();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.graceMs = value;
                            else
                                delete message.graceMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Stop
             * @function getTypeUrl
             * @memberof suanlink.v1.Stop
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Stop.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Stop";
            };

            return Stop;
        })();

        v1.LeaseEvent = (function() {

            /**
             * Properties of a LeaseEvent.
             * @typedef {Object} suanlink.v1.LeaseEvent.$Properties
             * @property {string} [leaseId] LeaseEvent leaseId
             * @property {number} [epoch] LeaseEvent epoch
             * @property {string} [phase] LeaseEvent phase
             * @property {string} [detail] LeaseEvent detail
             * @property {number} [sinceCommitMs] LeaseEvent sinceCommitMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LeaseEvent.
             * @memberof suanlink.v1
             * @interface ILeaseEvent
             * @augments suanlink.v1.LeaseEvent.$Properties
             * @deprecated Use suanlink.v1.LeaseEvent.$Properties instead.
             */

            /**
             * Shape of a LeaseEvent.
             * @typedef {suanlink.v1.LeaseEvent.$Properties} suanlink.v1.LeaseEvent.$Shape
             */

            /**
             * Constructs a new LeaseEvent.
             * @memberof suanlink.v1
             * @classdesc Represents a LeaseEvent.
             * @constructor
             * @param {suanlink.v1.LeaseEvent.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LeaseEvent = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LeaseEvent leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.LeaseEvent
             * @instance
             */
            LeaseEvent.prototype.leaseId = "";

            /**
             * LeaseEvent epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.LeaseEvent
             * @instance
             */
            LeaseEvent.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LeaseEvent phase.
             * @member {string} phase
             * @memberof suanlink.v1.LeaseEvent
             * @instance
             */
            LeaseEvent.prototype.phase = "";

            /**
             * LeaseEvent detail.
             * @member {string} detail
             * @memberof suanlink.v1.LeaseEvent
             * @instance
             */
            LeaseEvent.prototype.detail = "";

            /**
             * LeaseEvent sinceCommitMs.
             * @member {number} sinceCommitMs
             * @memberof suanlink.v1.LeaseEvent
             * @instance
             */
            LeaseEvent.prototype.sinceCommitMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified LeaseEvent message. Does not implicitly {@link suanlink.v1.LeaseEvent.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.LeaseEvent
             * @static
             * @param {suanlink.v1.LeaseEvent.$Properties} message LeaseEvent message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LeaseEvent.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.phase != null && $Object.hasOwnProperty.call(message, "phase") && message.phase !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.phase);
                if (message.detail != null && $Object.hasOwnProperty.call(message, "detail") && message.detail !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.detail);
                if (message.sinceCommitMs != null && $Object.hasOwnProperty.call(message, "sinceCommitMs") && (typeof message.sinceCommitMs === "object" ? message.sinceCommitMs.low || message.sinceCommitMs.high : message.sinceCommitMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.sinceCommitMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LeaseEvent message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.LeaseEvent
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.LeaseEvent & suanlink.v1.LeaseEvent.$Shape} LeaseEvent
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LeaseEvent.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.LeaseEvent();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.phase = value;
                            else
                                delete message.phase;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.detail = value;
                            else
                                delete message.detail;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sinceCommitMs = value;
                            else
                                delete message.sinceCommitMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for LeaseEvent
             * @function getTypeUrl
             * @memberof suanlink.v1.LeaseEvent
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            LeaseEvent.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.LeaseEvent";
            };

            return LeaseEvent;
        })();

        v1.LeaseEnd = (function() {

            /**
             * Properties of a LeaseEnd.
             * @typedef {Object} suanlink.v1.LeaseEnd.$Properties
             * @property {string} [leaseId] LeaseEnd leaseId
             * @property {number} [epoch] LeaseEnd epoch
             * @property {string} [reason] LeaseEnd reason
             * @property {number|null} [exitCode] LeaseEnd exitCode
             * @property {string} [errorCode] LeaseEnd errorCode
             * @property {string} [message] LeaseEnd message
             * @property {number} [stdoutBytes] LeaseEnd stdoutBytes
             * @property {number} [stderrBytes] LeaseEnd stderrBytes
             * @property {Uint8Array} [stdoutSha256] LeaseEnd stdoutSha256
             * @property {Uint8Array} [stderrSha256] LeaseEnd stderrSha256
             * @property {Array.<suanlink.v1.Phase.$Properties>} [timeline] LeaseEnd timeline
             * @property {suanlink.v1.Usage.$Properties} [usage] LeaseEnd usage
             * @property {number} [stdoutDroppedBytes] LeaseEnd stdoutDroppedBytes
             * @property {number} [stderrDroppedBytes] LeaseEnd stderrDroppedBytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LeaseEnd.
             * @memberof suanlink.v1
             * @interface ILeaseEnd
             * @augments suanlink.v1.LeaseEnd.$Properties
             * @deprecated Use suanlink.v1.LeaseEnd.$Properties instead.
             */

            /**
             * Shape of a LeaseEnd.
             * @typedef {suanlink.v1.LeaseEnd.$Properties} suanlink.v1.LeaseEnd.$Shape
             */

            /**
             * Constructs a new LeaseEnd.
             * @memberof suanlink.v1
             * @classdesc Represents a LeaseEnd.
             * @constructor
             * @param {suanlink.v1.LeaseEnd.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LeaseEnd = function (properties) {
                this.timeline = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LeaseEnd leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.leaseId = "";

            /**
             * LeaseEnd epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LeaseEnd reason.
             * @member {string} reason
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.reason = "";

            /**
             * LeaseEnd exitCode.
             * @member {number|null} exitCode
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.exitCode = null;

            /**
             * LeaseEnd errorCode.
             * @member {string} errorCode
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.errorCode = "";

            /**
             * LeaseEnd message.
             * @member {string} message
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.message = "";

            /**
             * LeaseEnd stdoutBytes.
             * @member {number} stdoutBytes
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.stdoutBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LeaseEnd stderrBytes.
             * @member {number} stderrBytes
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.stderrBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LeaseEnd stdoutSha256.
             * @member {Uint8Array} stdoutSha256
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.stdoutSha256 = $util.newBuffer([]);

            /**
             * LeaseEnd stderrSha256.
             * @member {Uint8Array} stderrSha256
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.stderrSha256 = $util.newBuffer([]);

            /**
             * LeaseEnd timeline.
             * @member {Array.<suanlink.v1.Phase>} timeline
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.timeline = $util.emptyArray;

            /**
             * LeaseEnd usage.
             * @member {suanlink.v1.Usage} usage
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.usage = null;

            /**
             * LeaseEnd stdoutDroppedBytes.
             * @member {number} stdoutDroppedBytes
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.stdoutDroppedBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LeaseEnd stderrDroppedBytes.
             * @member {number} stderrDroppedBytes
             * @memberof suanlink.v1.LeaseEnd
             * @instance
             */
            LeaseEnd.prototype.stderrDroppedBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(LeaseEnd.prototype, "_exitCode", {
                get: $util.oneOfGetter($oneOfFields = ["exitCode"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified LeaseEnd message. Does not implicitly {@link suanlink.v1.LeaseEnd.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.LeaseEnd
             * @static
             * @param {suanlink.v1.LeaseEnd.$Properties} message LeaseEnd message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LeaseEnd.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.reason);
                if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode"))
                    writer.uint32(/* id 4, wireType 0 =*/32).int32(message.exitCode);
                if (message.errorCode != null && $Object.hasOwnProperty.call(message, "errorCode") && message.errorCode !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.errorCode);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.message);
                if (message.stdoutBytes != null && $Object.hasOwnProperty.call(message, "stdoutBytes") && (typeof message.stdoutBytes === "object" ? message.stdoutBytes.low || message.stdoutBytes.high : message.stdoutBytes !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.stdoutBytes);
                if (message.stderrBytes != null && $Object.hasOwnProperty.call(message, "stderrBytes") && (typeof message.stderrBytes === "object" ? message.stderrBytes.low || message.stderrBytes.high : message.stderrBytes !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.stderrBytes);
                if (message.stdoutSha256 != null && $Object.hasOwnProperty.call(message, "stdoutSha256") && message.stdoutSha256.length)
                    writer.uint32(/* id 9, wireType 2 =*/74).bytes(message.stdoutSha256);
                if (message.stderrSha256 != null && $Object.hasOwnProperty.call(message, "stderrSha256") && message.stderrSha256.length)
                    writer.uint32(/* id 10, wireType 2 =*/82).bytes(message.stderrSha256);
                if (message.timeline != null && message.timeline.length)
                    for (let i = 0; i < message.timeline.length; ++i)
                        $root.suanlink.v1.Phase.encode(message.timeline[i], writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.usage != null && $Object.hasOwnProperty.call(message, "usage"))
                    $root.suanlink.v1.Usage.encode(message.usage, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.stdoutDroppedBytes != null && $Object.hasOwnProperty.call(message, "stdoutDroppedBytes") && (typeof message.stdoutDroppedBytes === "object" ? message.stdoutDroppedBytes.low || message.stdoutDroppedBytes.high : message.stdoutDroppedBytes !== 0))
                    writer.uint32(/* id 13, wireType 0 =*/104).uint64(message.stdoutDroppedBytes);
                if (message.stderrDroppedBytes != null && $Object.hasOwnProperty.call(message, "stderrDroppedBytes") && (typeof message.stderrDroppedBytes === "object" ? message.stderrDroppedBytes.low || message.stderrDroppedBytes.high : message.stderrDroppedBytes !== 0))
                    writer.uint32(/* id 14, wireType 0 =*/112).uint64(message.stderrDroppedBytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LeaseEnd message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.LeaseEnd
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.LeaseEnd & suanlink.v1.LeaseEnd.$Shape} LeaseEnd
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LeaseEnd.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.LeaseEnd();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.exitCode = reader.int32();
                            message._exitCode = "exitCode";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.errorCode = value;
                            else
                                delete message.errorCode;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.stdoutBytes = value;
                            else
                                delete message.stdoutBytes;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.stderrBytes = value;
                            else
                                delete message.stderrBytes;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.stdoutSha256 = value;
                            else
                                delete message.stdoutSha256;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.stderrSha256 = value;
                            else
                                delete message.stderrSha256;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if (!(message.timeline && message.timeline.length))
                                message.timeline = [];
                            message.timeline.push($root.suanlink.v1.Phase.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.usage = $root.suanlink.v1.Usage.decode(reader, reader.size(), $undefined, _depth + 1, message.usage);
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.stdoutDroppedBytes = value;
                            else
                                delete message.stdoutDroppedBytes;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.stderrDroppedBytes = value;
                            else
                                delete message.stderrDroppedBytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for LeaseEnd
             * @function getTypeUrl
             * @memberof suanlink.v1.LeaseEnd
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            LeaseEnd.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.LeaseEnd";
            };

            return LeaseEnd;
        })();

        v1.Phase = (function() {

            /**
             * Properties of a Phase.
             * @typedef {Object} suanlink.v1.Phase.$Properties
             * @property {string} [name] Phase name
             * @property {number} [atMs] Phase atMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Phase.
             * @memberof suanlink.v1
             * @interface IPhase
             * @augments suanlink.v1.Phase.$Properties
             * @deprecated Use suanlink.v1.Phase.$Properties instead.
             */

            /**
             * Shape of a Phase.
             * @typedef {suanlink.v1.Phase.$Properties} suanlink.v1.Phase.$Shape
             */

            /**
             * Constructs a new Phase.
             * @memberof suanlink.v1
             * @classdesc Represents a Phase.
             * @constructor
             * @param {suanlink.v1.Phase.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Phase = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Phase name.
             * @member {string} name
             * @memberof suanlink.v1.Phase
             * @instance
             */
            Phase.prototype.name = "";

            /**
             * Phase atMs.
             * @member {number} atMs
             * @memberof suanlink.v1.Phase
             * @instance
             */
            Phase.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Phase message. Does not implicitly {@link suanlink.v1.Phase.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Phase
             * @static
             * @param {suanlink.v1.Phase.$Properties} message Phase message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Phase.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.atMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Phase message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Phase
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Phase & suanlink.v1.Phase.$Shape} Phase
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Phase.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Phase();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.atMs = value;
                            else
                                delete message.atMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Phase
             * @function getTypeUrl
             * @memberof suanlink.v1.Phase
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Phase.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Phase";
            };

            return Phase;
        })();

        v1.Usage = (function() {

            /**
             * Properties of a Usage.
             * @typedef {Object} suanlink.v1.Usage.$Properties
             * @property {string} [leaseId] Usage leaseId
             * @property {number} [epoch] Usage epoch
             * @property {number} [part] Usage part
             * @property {number} [runMs] Usage runMs
             * @property {number} [cardMs] Usage cardMs
             * @property {number} [cpuMs] Usage cpuMs
             * @property {boolean} [cpuExact] Usage cpuExact
             * @property {number} [memoryPeakBytes] Usage memoryPeakBytes
             * @property {Uint8Array} [signature] Usage signature
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Usage.
             * @memberof suanlink.v1
             * @interface IUsage
             * @augments suanlink.v1.Usage.$Properties
             * @deprecated Use suanlink.v1.Usage.$Properties instead.
             */

            /**
             * Shape of a Usage.
             * @typedef {suanlink.v1.Usage.$Properties} suanlink.v1.Usage.$Shape
             */

            /**
             * Constructs a new Usage.
             * @memberof suanlink.v1
             * @classdesc Represents a Usage.
             * @constructor
             * @param {suanlink.v1.Usage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Usage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Usage leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.leaseId = "";

            /**
             * Usage epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Usage part.
             * @member {number} part
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.part = 0;

            /**
             * Usage runMs.
             * @member {number} runMs
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.runMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Usage cardMs.
             * @member {number} cardMs
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.cardMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Usage cpuMs.
             * @member {number} cpuMs
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.cpuMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Usage cpuExact.
             * @member {boolean} cpuExact
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.cpuExact = false;

            /**
             * Usage memoryPeakBytes.
             * @member {number} memoryPeakBytes
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.memoryPeakBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Usage signature.
             * @member {Uint8Array} signature
             * @memberof suanlink.v1.Usage
             * @instance
             */
            Usage.prototype.signature = $util.newBuffer([]);

            /**
             * Encodes the specified Usage message. Does not implicitly {@link suanlink.v1.Usage.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Usage
             * @static
             * @param {suanlink.v1.Usage.$Properties} message Usage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Usage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.part);
                if (message.runMs != null && $Object.hasOwnProperty.call(message, "runMs") && (typeof message.runMs === "object" ? message.runMs.low || message.runMs.high : message.runMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.runMs);
                if (message.cardMs != null && $Object.hasOwnProperty.call(message, "cardMs") && (typeof message.cardMs === "object" ? message.cardMs.low || message.cardMs.high : message.cardMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.cardMs);
                if (message.cpuMs != null && $Object.hasOwnProperty.call(message, "cpuMs") && (typeof message.cpuMs === "object" ? message.cpuMs.low || message.cpuMs.high : message.cpuMs !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.cpuMs);
                if (message.cpuExact != null && $Object.hasOwnProperty.call(message, "cpuExact") && message.cpuExact !== false)
                    writer.uint32(/* id 7, wireType 0 =*/56).bool(message.cpuExact);
                if (message.memoryPeakBytes != null && $Object.hasOwnProperty.call(message, "memoryPeakBytes") && (typeof message.memoryPeakBytes === "object" ? message.memoryPeakBytes.low || message.memoryPeakBytes.high : message.memoryPeakBytes !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.memoryPeakBytes);
                if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                    writer.uint32(/* id 9, wireType 2 =*/74).bytes(message.signature);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Usage message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Usage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Usage & suanlink.v1.Usage.$Shape} Usage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Usage.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Usage();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.part = value;
                            else
                                delete message.part;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.runMs = value;
                            else
                                delete message.runMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.cardMs = value;
                            else
                                delete message.cardMs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.cpuMs = value;
                            else
                                delete message.cpuMs;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.cpuExact = value;
                            else
                                delete message.cpuExact;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.memoryPeakBytes = value;
                            else
                                delete message.memoryPeakBytes;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.signature = value;
                            else
                                delete message.signature;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Usage
             * @function getTypeUrl
             * @memberof suanlink.v1.Usage
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Usage.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Usage";
            };

            return Usage;
        })();

        v1.HeldLeases = (function() {

            /**
             * Properties of a HeldLeases.
             * @typedef {Object} suanlink.v1.HeldLeases.$Properties
             * @property {Array.<suanlink.v1.HeldLease.$Properties>} [leases] HeldLeases leases
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeldLeases.
             * @memberof suanlink.v1
             * @interface IHeldLeases
             * @augments suanlink.v1.HeldLeases.$Properties
             * @deprecated Use suanlink.v1.HeldLeases.$Properties instead.
             */

            /**
             * Shape of a HeldLeases.
             * @typedef {suanlink.v1.HeldLeases.$Properties} suanlink.v1.HeldLeases.$Shape
             */

            /**
             * Constructs a new HeldLeases.
             * @memberof suanlink.v1
             * @classdesc Represents a HeldLeases.
             * @constructor
             * @param {suanlink.v1.HeldLeases.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeldLeases = function (properties) {
                this.leases = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeldLeases leases.
             * @member {Array.<suanlink.v1.HeldLease>} leases
             * @memberof suanlink.v1.HeldLeases
             * @instance
             */
            HeldLeases.prototype.leases = $util.emptyArray;

            /**
             * Encodes the specified HeldLeases message. Does not implicitly {@link suanlink.v1.HeldLeases.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.HeldLeases
             * @static
             * @param {suanlink.v1.HeldLeases.$Properties} message HeldLeases message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeldLeases.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leases != null && message.leases.length)
                    for (let i = 0; i < message.leases.length; ++i)
                        $root.suanlink.v1.HeldLease.encode(message.leases[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeldLeases message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.HeldLeases
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.HeldLeases & suanlink.v1.HeldLeases.$Shape} HeldLeases
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeldLeases.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.HeldLeases();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.leases && message.leases.length))
                                message.leases = [];
                            message.leases.push($root.suanlink.v1.HeldLease.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for HeldLeases
             * @function getTypeUrl
             * @memberof suanlink.v1.HeldLeases
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            HeldLeases.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.HeldLeases";
            };

            return HeldLeases;
        })();

        v1.HeldLease = (function() {

            /**
             * Properties of a HeldLease.
             * @typedef {Object} suanlink.v1.HeldLease.$Properties
             * @property {string} [leaseId] HeldLease leaseId
             * @property {number} [epoch] HeldLease epoch
             * @property {string} [phase] HeldLease phase
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeldLease.
             * @memberof suanlink.v1
             * @interface IHeldLease
             * @augments suanlink.v1.HeldLease.$Properties
             * @deprecated Use suanlink.v1.HeldLease.$Properties instead.
             */

            /**
             * Shape of a HeldLease.
             * @typedef {suanlink.v1.HeldLease.$Properties} suanlink.v1.HeldLease.$Shape
             */

            /**
             * Constructs a new HeldLease.
             * @memberof suanlink.v1
             * @classdesc Represents a HeldLease.
             * @constructor
             * @param {suanlink.v1.HeldLease.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeldLease = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeldLease leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.HeldLease
             * @instance
             */
            HeldLease.prototype.leaseId = "";

            /**
             * HeldLease epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.HeldLease
             * @instance
             */
            HeldLease.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * HeldLease phase.
             * @member {string} phase
             * @memberof suanlink.v1.HeldLease
             * @instance
             */
            HeldLease.prototype.phase = "";

            /**
             * Encodes the specified HeldLease message. Does not implicitly {@link suanlink.v1.HeldLease.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.HeldLease
             * @static
             * @param {suanlink.v1.HeldLease.$Properties} message HeldLease message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeldLease.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.phase != null && $Object.hasOwnProperty.call(message, "phase") && message.phase !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.phase);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeldLease message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.HeldLease
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.HeldLease & suanlink.v1.HeldLease.$Shape} HeldLease
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeldLease.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.HeldLease();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.phase = value;
                            else
                                delete message.phase;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for HeldLease
             * @function getTypeUrl
             * @memberof suanlink.v1.HeldLease
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            HeldLease.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.HeldLease";
            };

            return HeldLease;
        })();

        v1.LogChunk = (function() {

            /**
             * Properties of a LogChunk.
             * @typedef {Object} suanlink.v1.LogChunk.$Properties
             * @property {string} [leaseId] LogChunk leaseId
             * @property {number} [epoch] LogChunk epoch
             * @property {boolean} [stderr] LogChunk stderr
             * @property {number} [offset] LogChunk offset
             * @property {Uint8Array} [data] LogChunk data
             * @property {number} [unixMs] LogChunk unixMs
             * @property {number} [droppedBytes] LogChunk droppedBytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LogChunk.
             * @memberof suanlink.v1
             * @interface ILogChunk
             * @augments suanlink.v1.LogChunk.$Properties
             * @deprecated Use suanlink.v1.LogChunk.$Properties instead.
             */

            /**
             * Shape of a LogChunk.
             * @typedef {suanlink.v1.LogChunk.$Properties} suanlink.v1.LogChunk.$Shape
             */

            /**
             * Constructs a new LogChunk.
             * @memberof suanlink.v1
             * @classdesc Represents a LogChunk.
             * @constructor
             * @param {suanlink.v1.LogChunk.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LogChunk = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LogChunk leaseId.
             * @member {string} leaseId
             * @memberof suanlink.v1.LogChunk
             * @instance
             */
            LogChunk.prototype.leaseId = "";

            /**
             * LogChunk epoch.
             * @member {number} epoch
             * @memberof suanlink.v1.LogChunk
             * @instance
             */
            LogChunk.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LogChunk stderr.
             * @member {boolean} stderr
             * @memberof suanlink.v1.LogChunk
             * @instance
             */
            LogChunk.prototype.stderr = false;

            /**
             * LogChunk offset.
             * @member {number} offset
             * @memberof suanlink.v1.LogChunk
             * @instance
             */
            LogChunk.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LogChunk data.
             * @member {Uint8Array} data
             * @memberof suanlink.v1.LogChunk
             * @instance
             */
            LogChunk.prototype.data = $util.newBuffer([]);

            /**
             * LogChunk unixMs.
             * @member {number} unixMs
             * @memberof suanlink.v1.LogChunk
             * @instance
             */
            LogChunk.prototype.unixMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LogChunk droppedBytes.
             * @member {number} droppedBytes
             * @memberof suanlink.v1.LogChunk
             * @instance
             */
            LogChunk.prototype.droppedBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified LogChunk message. Does not implicitly {@link suanlink.v1.LogChunk.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.LogChunk
             * @static
             * @param {suanlink.v1.LogChunk.$Properties} message LogChunk message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LogChunk.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leaseId);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.epoch);
                if (message.stderr != null && $Object.hasOwnProperty.call(message, "stderr") && message.stderr !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.stderr);
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.offset);
                if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                    writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.data);
                if (message.unixMs != null && $Object.hasOwnProperty.call(message, "unixMs") && (typeof message.unixMs === "object" ? message.unixMs.low || message.unixMs.high : message.unixMs !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.unixMs);
                if (message.droppedBytes != null && $Object.hasOwnProperty.call(message, "droppedBytes") && (typeof message.droppedBytes === "object" ? message.droppedBytes.low || message.droppedBytes.high : message.droppedBytes !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.droppedBytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LogChunk message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.LogChunk
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.LogChunk & suanlink.v1.LogChunk.$Shape} LogChunk
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LogChunk.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.LogChunk();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leaseId = value;
                            else
                                delete message.leaseId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.stderr = value;
                            else
                                delete message.stderr;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.offset = value;
                            else
                                delete message.offset;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.data = value;
                            else
                                delete message.data;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.unixMs = value;
                            else
                                delete message.unixMs;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.droppedBytes = value;
                            else
                                delete message.droppedBytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for LogChunk
             * @function getTypeUrl
             * @memberof suanlink.v1.LogChunk
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            LogChunk.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.LogChunk";
            };

            return LogChunk;
        })();

        v1.Envelope = (function() {

            /**
             * Properties of an Envelope.
             * @typedef {Object} suanlink.v1.Envelope.$Properties
             * @property {number} [seq] Envelope seq
             * @property {number} [ack] Envelope ack
             * @property {suanlink.v1.Challenge.$Properties|null} [challenge] Envelope challenge
             * @property {suanlink.v1.Enrol.$Properties|null} [enrol] Envelope enrol
             * @property {suanlink.v1.Enrolled.$Properties|null} [enrolled] Envelope enrolled
             * @property {suanlink.v1.Hello.$Properties|null} [hello] Envelope hello
             * @property {suanlink.v1.Welcome.$Properties|null} [welcome] Envelope welcome
             * @property {suanlink.v1.Refuse.$Properties|null} [refuse] Envelope refuse
             * @property {suanlink.v1.Heartbeat.$Properties|null} [heartbeat] Envelope heartbeat
             * @property {suanlink.v1.HeartbeatAck.$Properties|null} [heartbeatAck] Envelope heartbeatAck
             * @property {suanlink.v1.Inventory.$Properties|null} [inventory] Envelope inventory
             * @property {suanlink.v1.Offer.$Properties|null} [offer] Envelope offer
             * @property {suanlink.v1.Accept.$Properties|null} [accept] Envelope accept
             * @property {suanlink.v1.Reject.$Properties|null} [reject] Envelope reject
             * @property {suanlink.v1.Commit.$Properties|null} [commit] Envelope commit
             * @property {suanlink.v1.Renew.$Properties|null} [renew] Envelope renew
             * @property {suanlink.v1.Renewed.$Properties|null} [renewed] Envelope renewed
             * @property {suanlink.v1.Stop.$Properties|null} [stop] Envelope stop
             * @property {suanlink.v1.LeaseEvent.$Properties|null} [leaseEvent] Envelope leaseEvent
             * @property {suanlink.v1.LeaseEnd.$Properties|null} [leaseEnd] Envelope leaseEnd
             * @property {suanlink.v1.Usage.$Properties|null} [usage] Envelope usage
             * @property {suanlink.v1.HeldLeases.$Properties|null} [heldLeases] Envelope heldLeases
             * @property {suanlink.v1.LogChunk.$Properties|null} [logChunk] Envelope logChunk
             * @property {"challenge"|"enrol"|"enrolled"|"hello"|"welcome"|"refuse"|"heartbeat"|"heartbeatAck"|"inventory"|"offer"|"accept"|"reject"|"commit"|"renew"|"renewed"|"stop"|"leaseEvent"|"leaseEnd"|"usage"|"heldLeases"|"logChunk"} [body] Envelope body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Envelope.
             * @memberof suanlink.v1
             * @interface IEnvelope
             * @augments suanlink.v1.Envelope.$Properties
             * @deprecated Use suanlink.v1.Envelope.$Properties instead.
             */

            /**
             * Narrowed shape of an Envelope.
             * @typedef {{
             *   seq?: number;
             *   ack?: number;
             *   challenge?: suanlink.v1.Challenge.$Shape|null;
             *   enrol?: suanlink.v1.Enrol.$Shape|null;
             *   enrolled?: suanlink.v1.Enrolled.$Shape|null;
             *   hello?: suanlink.v1.Hello.$Shape|null;
             *   welcome?: suanlink.v1.Welcome.$Shape|null;
             *   refuse?: suanlink.v1.Refuse.$Shape|null;
             *   heartbeat?: suanlink.v1.Heartbeat.$Shape|null;
             *   heartbeatAck?: suanlink.v1.HeartbeatAck.$Shape|null;
             *   inventory?: suanlink.v1.Inventory.$Shape|null;
             *   offer?: suanlink.v1.Offer.$Shape|null;
             *   accept?: suanlink.v1.Accept.$Shape|null;
             *   reject?: suanlink.v1.Reject.$Shape|null;
             *   commit?: suanlink.v1.Commit.$Shape|null;
             *   renew?: suanlink.v1.Renew.$Shape|null;
             *   renewed?: suanlink.v1.Renewed.$Shape|null;
             *   stop?: suanlink.v1.Stop.$Shape|null;
             *   leaseEvent?: suanlink.v1.LeaseEvent.$Shape|null;
             *   leaseEnd?: suanlink.v1.LeaseEnd.$Shape|null;
             *   usage?: suanlink.v1.Usage.$Shape|null;
             *   heldLeases?: suanlink.v1.HeldLeases.$Shape|null;
             *   logChunk?: suanlink.v1.LogChunk.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ body?: undefined; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "challenge"; challenge: suanlink.v1.Challenge.$Shape; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "enrol"; challenge?: null; enrol: suanlink.v1.Enrol.$Shape; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "enrolled"; challenge?: null; enrol?: null; enrolled: suanlink.v1.Enrolled.$Shape; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "hello"; challenge?: null; enrol?: null; enrolled?: null; hello: suanlink.v1.Hello.$Shape; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "welcome"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome: suanlink.v1.Welcome.$Shape; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "refuse"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse: suanlink.v1.Refuse.$Shape; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "heartbeat"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat: suanlink.v1.Heartbeat.$Shape; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "heartbeatAck"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck: suanlink.v1.HeartbeatAck.$Shape; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "inventory"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory: suanlink.v1.Inventory.$Shape; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "offer"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer: suanlink.v1.Offer.$Shape; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "accept"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept: suanlink.v1.Accept.$Shape; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "reject"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject: suanlink.v1.Reject.$Shape; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "commit"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit: suanlink.v1.Commit.$Shape; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "renew"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew: suanlink.v1.Renew.$Shape; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "renewed"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed: suanlink.v1.Renewed.$Shape; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "stop"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop: suanlink.v1.Stop.$Shape; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "leaseEvent"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent: suanlink.v1.LeaseEvent.$Shape; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "leaseEnd"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd: suanlink.v1.LeaseEnd.$Shape; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "usage"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage: suanlink.v1.Usage.$Shape; heldLeases?: null; logChunk?: null }|{ body?: "heldLeases"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases: suanlink.v1.HeldLeases.$Shape; logChunk?: null }|{ body?: "logChunk"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk: suanlink.v1.LogChunk.$Shape })
             * )} suanlink.v1.Envelope.$Shape
             */

            /**
             * Constructs a new Envelope.
             * @memberof suanlink.v1
             * @classdesc Represents an Envelope.
             * @constructor
             * @param {suanlink.v1.Envelope.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Envelope = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Envelope seq.
             * @member {number} seq
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Envelope ack.
             * @member {number} ack
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.ack = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Envelope challenge.
             * @member {suanlink.v1.Challenge|null} challenge
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.challenge = null;

            /**
             * Envelope enrol.
             * @member {suanlink.v1.Enrol|null} enrol
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.enrol = null;

            /**
             * Envelope enrolled.
             * @member {suanlink.v1.Enrolled|null} enrolled
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.enrolled = null;

            /**
             * Envelope hello.
             * @member {suanlink.v1.Hello|null} hello
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.hello = null;

            /**
             * Envelope welcome.
             * @member {suanlink.v1.Welcome|null} welcome
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.welcome = null;

            /**
             * Envelope refuse.
             * @member {suanlink.v1.Refuse|null} refuse
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.refuse = null;

            /**
             * Envelope heartbeat.
             * @member {suanlink.v1.Heartbeat|null} heartbeat
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.heartbeat = null;

            /**
             * Envelope heartbeatAck.
             * @member {suanlink.v1.HeartbeatAck|null} heartbeatAck
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.heartbeatAck = null;

            /**
             * Envelope inventory.
             * @member {suanlink.v1.Inventory|null} inventory
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.inventory = null;

            /**
             * Envelope offer.
             * @member {suanlink.v1.Offer|null} offer
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.offer = null;

            /**
             * Envelope accept.
             * @member {suanlink.v1.Accept|null} accept
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.accept = null;

            /**
             * Envelope reject.
             * @member {suanlink.v1.Reject|null} reject
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.reject = null;

            /**
             * Envelope commit.
             * @member {suanlink.v1.Commit|null} commit
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.commit = null;

            /**
             * Envelope renew.
             * @member {suanlink.v1.Renew|null} renew
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.renew = null;

            /**
             * Envelope renewed.
             * @member {suanlink.v1.Renewed|null} renewed
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.renewed = null;

            /**
             * Envelope stop.
             * @member {suanlink.v1.Stop|null} stop
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.stop = null;

            /**
             * Envelope leaseEvent.
             * @member {suanlink.v1.LeaseEvent|null} leaseEvent
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.leaseEvent = null;

            /**
             * Envelope leaseEnd.
             * @member {suanlink.v1.LeaseEnd|null} leaseEnd
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.leaseEnd = null;

            /**
             * Envelope usage.
             * @member {suanlink.v1.Usage|null} usage
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.usage = null;

            /**
             * Envelope heldLeases.
             * @member {suanlink.v1.HeldLeases|null} heldLeases
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.heldLeases = null;

            /**
             * Envelope logChunk.
             * @member {suanlink.v1.LogChunk|null} logChunk
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            Envelope.prototype.logChunk = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Envelope body.
             * @member {"challenge"|"enrol"|"enrolled"|"hello"|"welcome"|"refuse"|"heartbeat"|"heartbeatAck"|"inventory"|"offer"|"accept"|"reject"|"commit"|"renew"|"renewed"|"stop"|"leaseEvent"|"leaseEnd"|"usage"|"heldLeases"|"logChunk"|undefined} body
             * @memberof suanlink.v1.Envelope
             * @instance
             */
            $Object.defineProperty(Envelope.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["challenge", "enrol", "enrolled", "hello", "welcome", "refuse", "heartbeat", "heartbeatAck", "inventory", "offer", "accept", "reject", "commit", "renew", "renewed", "stop", "leaseEvent", "leaseEnd", "usage", "heldLeases", "logChunk"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Envelope message. Does not implicitly {@link suanlink.v1.Envelope.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Envelope
             * @static
             * @param {suanlink.v1.Envelope.$Properties} message Envelope message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Envelope.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                if (message.ack != null && $Object.hasOwnProperty.call(message, "ack") && (typeof message.ack === "object" ? message.ack.low || message.ack.high : message.ack !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.ack);
                if (message.challenge != null && $Object.hasOwnProperty.call(message, "challenge"))
                    $root.suanlink.v1.Challenge.encode(message.challenge, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.enrol != null && $Object.hasOwnProperty.call(message, "enrol"))
                    $root.suanlink.v1.Enrol.encode(message.enrol, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.enrolled != null && $Object.hasOwnProperty.call(message, "enrolled"))
                    $root.suanlink.v1.Enrolled.encode(message.enrolled, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                    $root.suanlink.v1.Hello.encode(message.hello, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                    $root.suanlink.v1.Welcome.encode(message.welcome, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                if (message.refuse != null && $Object.hasOwnProperty.call(message, "refuse"))
                    $root.suanlink.v1.Refuse.encode(message.refuse, writer.uint32(/* id 15, wireType 2 =*/122).fork(), _depth + 1).ldelim();
                if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat"))
                    $root.suanlink.v1.Heartbeat.encode(message.heartbeat, writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
                if (message.heartbeatAck != null && $Object.hasOwnProperty.call(message, "heartbeatAck"))
                    $root.suanlink.v1.HeartbeatAck.encode(message.heartbeatAck, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
                if (message.inventory != null && $Object.hasOwnProperty.call(message, "inventory"))
                    $root.suanlink.v1.Inventory.encode(message.inventory, writer.uint32(/* id 20, wireType 2 =*/162).fork(), _depth + 1).ldelim();
                if (message.offer != null && $Object.hasOwnProperty.call(message, "offer"))
                    $root.suanlink.v1.Offer.encode(message.offer, writer.uint32(/* id 30, wireType 2 =*/242).fork(), _depth + 1).ldelim();
                if (message.accept != null && $Object.hasOwnProperty.call(message, "accept"))
                    $root.suanlink.v1.Accept.encode(message.accept, writer.uint32(/* id 31, wireType 2 =*/250).fork(), _depth + 1).ldelim();
                if (message.reject != null && $Object.hasOwnProperty.call(message, "reject"))
                    $root.suanlink.v1.Reject.encode(message.reject, writer.uint32(/* id 32, wireType 2 =*/258).fork(), _depth + 1).ldelim();
                if (message.commit != null && $Object.hasOwnProperty.call(message, "commit"))
                    $root.suanlink.v1.Commit.encode(message.commit, writer.uint32(/* id 33, wireType 2 =*/266).fork(), _depth + 1).ldelim();
                if (message.renew != null && $Object.hasOwnProperty.call(message, "renew"))
                    $root.suanlink.v1.Renew.encode(message.renew, writer.uint32(/* id 34, wireType 2 =*/274).fork(), _depth + 1).ldelim();
                if (message.renewed != null && $Object.hasOwnProperty.call(message, "renewed"))
                    $root.suanlink.v1.Renewed.encode(message.renewed, writer.uint32(/* id 35, wireType 2 =*/282).fork(), _depth + 1).ldelim();
                if (message.stop != null && $Object.hasOwnProperty.call(message, "stop"))
                    $root.suanlink.v1.Stop.encode(message.stop, writer.uint32(/* id 36, wireType 2 =*/290).fork(), _depth + 1).ldelim();
                if (message.leaseEvent != null && $Object.hasOwnProperty.call(message, "leaseEvent"))
                    $root.suanlink.v1.LeaseEvent.encode(message.leaseEvent, writer.uint32(/* id 37, wireType 2 =*/298).fork(), _depth + 1).ldelim();
                if (message.leaseEnd != null && $Object.hasOwnProperty.call(message, "leaseEnd"))
                    $root.suanlink.v1.LeaseEnd.encode(message.leaseEnd, writer.uint32(/* id 38, wireType 2 =*/306).fork(), _depth + 1).ldelim();
                if (message.usage != null && $Object.hasOwnProperty.call(message, "usage"))
                    $root.suanlink.v1.Usage.encode(message.usage, writer.uint32(/* id 39, wireType 2 =*/314).fork(), _depth + 1).ldelim();
                if (message.heldLeases != null && $Object.hasOwnProperty.call(message, "heldLeases"))
                    $root.suanlink.v1.HeldLeases.encode(message.heldLeases, writer.uint32(/* id 40, wireType 2 =*/322).fork(), _depth + 1).ldelim();
                if (message.logChunk != null && $Object.hasOwnProperty.call(message, "logChunk"))
                    $root.suanlink.v1.LogChunk.encode(message.logChunk, writer.uint32(/* id 50, wireType 2 =*/402).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Envelope message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Envelope
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Envelope & suanlink.v1.Envelope.$Shape} Envelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Envelope.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Envelope();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.seq = value;
                            else
                                delete message.seq;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.ack = value;
                            else
                                delete message.ack;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.challenge = $root.suanlink.v1.Challenge.decode(reader, reader.size(), $undefined, _depth + 1, message.challenge);
                            message.body = "challenge";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.enrol = $root.suanlink.v1.Enrol.decode(reader, reader.size(), $undefined, _depth + 1, message.enrol);
                            message.body = "enrol";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.enrolled = $root.suanlink.v1.Enrolled.decode(reader, reader.size(), $undefined, _depth + 1, message.enrolled);
                            message.body = "enrolled";
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.hello = $root.suanlink.v1.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                            message.body = "hello";
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            message.welcome = $root.suanlink.v1.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                            message.body = "welcome";
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            message.refuse = $root.suanlink.v1.Refuse.decode(reader, reader.size(), $undefined, _depth + 1, message.refuse);
                            message.body = "refuse";
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            message.heartbeat = $root.suanlink.v1.Heartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeat);
                            message.body = "heartbeat";
                            continue;
                        }
                    case 17: {
                            if (wireType !== 2)
                                break;
                            message.heartbeatAck = $root.suanlink.v1.HeartbeatAck.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeatAck);
                            message.body = "heartbeatAck";
                            continue;
                        }
                    case 20: {
                            if (wireType !== 2)
                                break;
                            message.inventory = $root.suanlink.v1.Inventory.decode(reader, reader.size(), $undefined, _depth + 1, message.inventory);
                            message.body = "inventory";
                            continue;
                        }
                    case 30: {
                            if (wireType !== 2)
                                break;
                            message.offer = $root.suanlink.v1.Offer.decode(reader, reader.size(), $undefined, _depth + 1, message.offer);
                            message.body = "offer";
                            continue;
                        }
                    case 31: {
                            if (wireType !== 2)
                                break;
                            message.accept = $root.suanlink.v1.Accept.decode(reader, reader.size(), $undefined, _depth + 1, message.accept);
                            message.body = "accept";
                            continue;
                        }
                    case 32: {
                            if (wireType !== 2)
                                break;
                            message.reject = $root.suanlink.v1.Reject.decode(reader, reader.size(), $undefined, _depth + 1, message.reject);
                            message.body = "reject";
                            continue;
                        }
                    case 33: {
                            if (wireType !== 2)
                                break;
                            message.commit = $root.suanlink.v1.Commit.decode(reader, reader.size(), $undefined, _depth + 1, message.commit);
                            message.body = "commit";
                            continue;
                        }
                    case 34: {
                            if (wireType !== 2)
                                break;
                            message.renew = $root.suanlink.v1.Renew.decode(reader, reader.size(), $undefined, _depth + 1, message.renew);
                            message.body = "renew";
                            continue;
                        }
                    case 35: {
                            if (wireType !== 2)
                                break;
                            message.renewed = $root.suanlink.v1.Renewed.decode(reader, reader.size(), $undefined, _depth + 1, message.renewed);
                            message.body = "renewed";
                            continue;
                        }
                    case 36: {
                            if (wireType !== 2)
                                break;
                            message.stop = $root.suanlink.v1.Stop.decode(reader, reader.size(), $undefined, _depth + 1, message.stop);
                            message.body = "stop";
                            continue;
                        }
                    case 37: {
                            if (wireType !== 2)
                                break;
                            message.leaseEvent = $root.suanlink.v1.LeaseEvent.decode(reader, reader.size(), $undefined, _depth + 1, message.leaseEvent);
                            message.body = "leaseEvent";
                            continue;
                        }
                    case 38: {
                            if (wireType !== 2)
                                break;
                            message.leaseEnd = $root.suanlink.v1.LeaseEnd.decode(reader, reader.size(), $undefined, _depth + 1, message.leaseEnd);
                            message.body = "leaseEnd";
                            continue;
                        }
                    case 39: {
                            if (wireType !== 2)
                                break;
                            message.usage = $root.suanlink.v1.Usage.decode(reader, reader.size(), $undefined, _depth + 1, message.usage);
                            message.body = "usage";
                            continue;
                        }
                    case 40: {
                            if (wireType !== 2)
                                break;
                            message.heldLeases = $root.suanlink.v1.HeldLeases.decode(reader, reader.size(), $undefined, _depth + 1, message.heldLeases);
                            message.body = "heldLeases";
                            continue;
                        }
                    case 50: {
                            if (wireType !== 2)
                                break;
                            message.logChunk = $root.suanlink.v1.LogChunk.decode(reader, reader.size(), $undefined, _depth + 1, message.logChunk);
                            message.body = "logChunk";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Envelope
             * @function getTypeUrl
             * @memberof suanlink.v1.Envelope
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Envelope.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Envelope";
            };

            return Envelope;
        })();

        v1.Challenge = (function() {

            /**
             * Properties of a Challenge.
             * @typedef {Object} suanlink.v1.Challenge.$Properties
             * @property {Uint8Array} [nonce] Challenge nonce
             * @property {number} [capability] Challenge capability
             * @property {string} [schedulerId] Challenge schedulerId
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Challenge.
             * @memberof suanlink.v1
             * @interface IChallenge
             * @augments suanlink.v1.Challenge.$Properties
             * @deprecated Use suanlink.v1.Challenge.$Properties instead.
             */

            /**
             * Shape of a Challenge.
             * @typedef {suanlink.v1.Challenge.$Properties} suanlink.v1.Challenge.$Shape
             */

            /**
             * Constructs a new Challenge.
             * @memberof suanlink.v1
             * @classdesc Represents a Challenge.
             * @constructor
             * @param {suanlink.v1.Challenge.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Challenge = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Challenge nonce.
             * @member {Uint8Array} nonce
             * @memberof suanlink.v1.Challenge
             * @instance
             */
            Challenge.prototype.nonce = $util.newBuffer([]);

            /**
             * Challenge capability.
             * @member {number} capability
             * @memberof suanlink.v1.Challenge
             * @instance
             */
            Challenge.prototype.capability = 0;

            /**
             * Challenge schedulerId.
             * @member {string} schedulerId
             * @memberof suanlink.v1.Challenge
             * @instance
             */
            Challenge.prototype.schedulerId = "";

            /**
             * Encodes the specified Challenge message. Does not implicitly {@link suanlink.v1.Challenge.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Challenge
             * @static
             * @param {suanlink.v1.Challenge.$Properties} message Challenge message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Challenge.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.nonce);
                if (message.capability != null && $Object.hasOwnProperty.call(message, "capability") && message.capability !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.capability);
                if (message.schedulerId != null && $Object.hasOwnProperty.call(message, "schedulerId") && message.schedulerId !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.schedulerId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Challenge message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Challenge
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Challenge & suanlink.v1.Challenge.$Shape} Challenge
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Challenge.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Challenge();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.nonce = value;
                            else
                                delete message.nonce;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.capability = value;
                            else
                                delete message.capability;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.schedulerId = value;
                            else
                                delete message.schedulerId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Challenge
             * @function getTypeUrl
             * @memberof suanlink.v1.Challenge
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Challenge.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Challenge";
            };

            return Challenge;
        })();

        v1.Enrol = (function() {

            /**
             * Properties of an Enrol.
             * @typedef {Object} suanlink.v1.Enrol.$Properties
             * @property {string} [tokenId] Enrol tokenId
             * @property {string} [tokenSecret] Enrol tokenSecret
             * @property {Uint8Array} [publicKey] Enrol publicKey
             * @property {Uint8Array} [signature] Enrol signature
             * @property {string} [nodeName] Enrol nodeName
             * @property {number} [capability] Enrol capability
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Enrol.
             * @memberof suanlink.v1
             * @interface IEnrol
             * @augments suanlink.v1.Enrol.$Properties
             * @deprecated Use suanlink.v1.Enrol.$Properties instead.
             */

            /**
             * Shape of an Enrol.
             * @typedef {suanlink.v1.Enrol.$Properties} suanlink.v1.Enrol.$Shape
             */

            /**
             * Constructs a new Enrol.
             * @memberof suanlink.v1
             * @classdesc Represents an Enrol.
             * @constructor
             * @param {suanlink.v1.Enrol.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Enrol = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Enrol tokenId.
             * @member {string} tokenId
             * @memberof suanlink.v1.Enrol
             * @instance
             */
            Enrol.prototype.tokenId = "";

            /**
             * Enrol tokenSecret.
             * @member {string} tokenSecret
             * @memberof suanlink.v1.Enrol
             * @instance
             */
            Enrol.prototype.tokenSecret = "";

            /**
             * Enrol publicKey.
             * @member {Uint8Array} publicKey
             * @memberof suanlink.v1.Enrol
             * @instance
             */
            Enrol.prototype.publicKey = $util.newBuffer([]);

            /**
             * Enrol signature.
             * @member {Uint8Array} signature
             * @memberof suanlink.v1.Enrol
             * @instance
             */
            Enrol.prototype.signature = $util.newBuffer([]);

            /**
             * Enrol nodeName.
             * @member {string} nodeName
             * @memberof suanlink.v1.Enrol
             * @instance
             */
            Enrol.prototype.nodeName = "";

            /**
             * Enrol capability.
             * @member {number} capability
             * @memberof suanlink.v1.Enrol
             * @instance
             */
            Enrol.prototype.capability = 0;

            /**
             * Encodes the specified Enrol message. Does not implicitly {@link suanlink.v1.Enrol.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Enrol
             * @static
             * @param {suanlink.v1.Enrol.$Properties} message Enrol message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Enrol.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.tokenId != null && $Object.hasOwnProperty.call(message, "tokenId") && message.tokenId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.tokenId);
                if (message.tokenSecret != null && $Object.hasOwnProperty.call(message, "tokenSecret") && message.tokenSecret !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.tokenSecret);
                if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey") && message.publicKey.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.publicKey);
                if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.signature);
                if (message.nodeName != null && $Object.hasOwnProperty.call(message, "nodeName") && message.nodeName !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.nodeName);
                if (message.capability != null && $Object.hasOwnProperty.call(message, "capability") && message.capability !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.capability);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Enrol message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Enrol
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Enrol & suanlink.v1.Enrol.$Shape} Enrol
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Enrol.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Enrol();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.tokenId = value;
                            else
                                delete message.tokenId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.tokenSecret = value;
                            else
                                delete message.tokenSecret;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.publicKey = value;
                            else
                                delete message.publicKey;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.signature = value;
                            else
                                delete message.signature;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.nodeName = value;
                            else
                                delete message.nodeName;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.capability = value;
                            else
                                delete message.capability;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Enrol
             * @function getTypeUrl
             * @memberof suanlink.v1.Enrol
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Enrol.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Enrol";
            };

            return Enrol;
        })();

        v1.Enrolled = (function() {

            /**
             * Properties of an Enrolled.
             * @typedef {Object} suanlink.v1.Enrolled.$Properties
             * @property {string} [nodeId] Enrolled nodeId
             * @property {string} [org] Enrolled org
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Enrolled.
             * @memberof suanlink.v1
             * @interface IEnrolled
             * @augments suanlink.v1.Enrolled.$Properties
             * @deprecated Use suanlink.v1.Enrolled.$Properties instead.
             */

            /**
             * Shape of an Enrolled.
             * @typedef {suanlink.v1.Enrolled.$Properties} suanlink.v1.Enrolled.$Shape
             */

            /**
             * Constructs a new Enrolled.
             * @memberof suanlink.v1
             * @classdesc Represents an Enrolled.
             * @constructor
             * @param {suanlink.v1.Enrolled.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Enrolled = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Enrolled nodeId.
             * @member {string} nodeId
             * @memberof suanlink.v1.Enrolled
             * @instance
             */
            Enrolled.prototype.nodeId = "";

            /**
             * Enrolled org.
             * @member {string} org
             * @memberof suanlink.v1.Enrolled
             * @instance
             */
            Enrolled.prototype.org = "";

            /**
             * Encodes the specified Enrolled message. Does not implicitly {@link suanlink.v1.Enrolled.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Enrolled
             * @static
             * @param {suanlink.v1.Enrolled.$Properties} message Enrolled message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Enrolled.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.nodeId);
                if (message.org != null && $Object.hasOwnProperty.call(message, "org") && message.org !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.org);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Enrolled message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Enrolled
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Enrolled & suanlink.v1.Enrolled.$Shape} Enrolled
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Enrolled.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Enrolled();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.nodeId = value;
                            else
                                delete message.nodeId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.org = value;
                            else
                                delete message.org;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Enrolled
             * @function getTypeUrl
             * @memberof suanlink.v1.Enrolled
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Enrolled.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Enrolled";
            };

            return Enrolled;
        })();

        v1.Hello = (function() {

            /**
             * Properties of a Hello.
             * @typedef {Object} suanlink.v1.Hello.$Properties
             * @property {string} [nodeId] Hello nodeId
             * @property {Uint8Array} [signature] Hello signature
             * @property {number} [capability] Hello capability
             * @property {string} [agentVersion] Hello agentVersion
             * @property {string} [bootId] Hello bootId
             * @property {string} [nodeName] Hello nodeName
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Hello.
             * @memberof suanlink.v1
             * @interface IHello
             * @augments suanlink.v1.Hello.$Properties
             * @deprecated Use suanlink.v1.Hello.$Properties instead.
             */

            /**
             * Shape of a Hello.
             * @typedef {suanlink.v1.Hello.$Properties} suanlink.v1.Hello.$Shape
             */

            /**
             * Constructs a new Hello.
             * @memberof suanlink.v1
             * @classdesc Represents a Hello.
             * @constructor
             * @param {suanlink.v1.Hello.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Hello = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Hello nodeId.
             * @member {string} nodeId
             * @memberof suanlink.v1.Hello
             * @instance
             */
            Hello.prototype.nodeId = "";

            /**
             * Hello signature.
             * @member {Uint8Array} signature
             * @memberof suanlink.v1.Hello
             * @instance
             */
            Hello.prototype.signature = $util.newBuffer([]);

            /**
             * Hello capability.
             * @member {number} capability
             * @memberof suanlink.v1.Hello
             * @instance
             */
            Hello.prototype.capability = 0;

            /**
             * Hello agentVersion.
             * @member {string} agentVersion
             * @memberof suanlink.v1.Hello
             * @instance
             */
            Hello.prototype.agentVersion = "";

            /**
             * Hello bootId.
             * @member {string} bootId
             * @memberof suanlink.v1.Hello
             * @instance
             */
            Hello.prototype.bootId = "";

            /**
             * Hello nodeName.
             * @member {string} nodeName
             * @memberof suanlink.v1.Hello
             * @instance
             */
            Hello.prototype.nodeName = "";

            /**
             * Encodes the specified Hello message. Does not implicitly {@link suanlink.v1.Hello.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Hello
             * @static
             * @param {suanlink.v1.Hello.$Properties} message Hello message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Hello.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.nodeId);
                if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.signature);
                if (message.capability != null && $Object.hasOwnProperty.call(message, "capability") && message.capability !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.capability);
                if (message.agentVersion != null && $Object.hasOwnProperty.call(message, "agentVersion") && message.agentVersion !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.agentVersion);
                if (message.bootId != null && $Object.hasOwnProperty.call(message, "bootId") && message.bootId !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.bootId);
                if (message.nodeName != null && $Object.hasOwnProperty.call(message, "nodeName") && message.nodeName !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.nodeName);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Hello
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Hello & suanlink.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Hello.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Hello();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.nodeId = value;
                            else
                                delete message.nodeId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.signature = value;
                            else
                                delete message.signature;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.capability = value;
                            else
                                delete message.capability;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.agentVersion = value;
                            else
                                delete message.agentVersion;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.bootId = value;
                            else
                                delete message.bootId;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.nodeName = value;
                            else
                                delete message.nodeName;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Hello
             * @function getTypeUrl
             * @memberof suanlink.v1.Hello
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Hello.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Hello";
            };

            return Hello;
        })();

        v1.Welcome = (function() {

            /**
             * Properties of a Welcome.
             * @typedef {Object} suanlink.v1.Welcome.$Properties
             * @property {number} [sessionEpoch] Welcome sessionEpoch
             * @property {number} [capability] Welcome capability
             * @property {number} [heartbeatMs] Welcome heartbeatMs
             * @property {number} [receivedSeq] Welcome receivedSeq
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Welcome.
             * @memberof suanlink.v1
             * @interface IWelcome
             * @augments suanlink.v1.Welcome.$Properties
             * @deprecated Use suanlink.v1.Welcome.$Properties instead.
             */

            /**
             * Shape of a Welcome.
             * @typedef {suanlink.v1.Welcome.$Properties} suanlink.v1.Welcome.$Shape
             */

            /**
             * Constructs a new Welcome.
             * @memberof suanlink.v1
             * @classdesc Represents a Welcome.
             * @constructor
             * @param {suanlink.v1.Welcome.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Welcome = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Welcome sessionEpoch.
             * @member {number} sessionEpoch
             * @memberof suanlink.v1.Welcome
             * @instance
             */
            Welcome.prototype.sessionEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Welcome capability.
             * @member {number} capability
             * @memberof suanlink.v1.Welcome
             * @instance
             */
            Welcome.prototype.capability = 0;

            /**
             * Welcome heartbeatMs.
             * @member {number} heartbeatMs
             * @memberof suanlink.v1.Welcome
             * @instance
             */
            Welcome.prototype.heartbeatMs = 0;

            /**
             * Welcome receivedSeq.
             * @member {number} receivedSeq
             * @memberof suanlink.v1.Welcome
             * @instance
             */
            Welcome.prototype.receivedSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link suanlink.v1.Welcome.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Welcome
             * @static
             * @param {suanlink.v1.Welcome.$Properties} message Welcome message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Welcome.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sessionEpoch != null && $Object.hasOwnProperty.call(message, "sessionEpoch") && (typeof message.sessionEpoch === "object" ? message.sessionEpoch.low || message.sessionEpoch.high : message.sessionEpoch !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.sessionEpoch);
                if (message.capability != null && $Object.hasOwnProperty.call(message, "capability") && message.capability !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.capability);
                if (message.heartbeatMs != null && $Object.hasOwnProperty.call(message, "heartbeatMs") && message.heartbeatMs !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.heartbeatMs);
                if (message.receivedSeq != null && $Object.hasOwnProperty.call(message, "receivedSeq") && (typeof message.receivedSeq === "object" ? message.receivedSeq.low || message.receivedSeq.high : message.receivedSeq !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.receivedSeq);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Welcome
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Welcome & suanlink.v1.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Welcome.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Welcome();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sessionEpoch = value;
                            else
                                delete message.sessionEpoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.capability = value;
                            else
                                delete message.capability;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.heartbeatMs = value;
                            else
                                delete message.heartbeatMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.receivedSeq = value;
                            else
                                delete message.receivedSeq;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Welcome
             * @function getTypeUrl
             * @memberof suanlink.v1.Welcome
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Welcome.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Welcome";
            };

            return Welcome;
        })();

        v1.Refuse = (function() {

            /**
             * Properties of a Refuse.
             * @typedef {Object} suanlink.v1.Refuse.$Properties
             * @property {string} [code] Refuse code
             * @property {string} [message] Refuse message
             * @property {number} [retryAfterMs] Refuse retryAfterMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Refuse.
             * @memberof suanlink.v1
             * @interface IRefuse
             * @augments suanlink.v1.Refuse.$Properties
             * @deprecated Use suanlink.v1.Refuse.$Properties instead.
             */

            /**
             * Shape of a Refuse.
             * @typedef {suanlink.v1.Refuse.$Properties} suanlink.v1.Refuse.$Shape
             */

            /**
             * Constructs a new Refuse.
             * @memberof suanlink.v1
             * @classdesc Represents a Refuse.
             * @constructor
             * @param {suanlink.v1.Refuse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Refuse = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Refuse code.
             * @member {string} code
             * @memberof suanlink.v1.Refuse
             * @instance
             */
            Refuse.prototype.code = "";

            /**
             * Refuse message.
             * @member {string} message
             * @memberof suanlink.v1.Refuse
             * @instance
             */
            Refuse.prototype.message = "";

            /**
             * Refuse retryAfterMs.
             * @member {number} retryAfterMs
             * @memberof suanlink.v1.Refuse
             * @instance
             */
            Refuse.prototype.retryAfterMs = 0;

            /**
             * Encodes the specified Refuse message. Does not implicitly {@link suanlink.v1.Refuse.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Refuse
             * @static
             * @param {suanlink.v1.Refuse.$Properties} message Refuse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Refuse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                if (message.retryAfterMs != null && $Object.hasOwnProperty.call(message, "retryAfterMs") && message.retryAfterMs !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.retryAfterMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Refuse message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Refuse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Refuse & suanlink.v1.Refuse.$Shape} Refuse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Refuse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Refuse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.retryAfterMs = value;
                            else
                                delete message.retryAfterMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Refuse
             * @function getTypeUrl
             * @memberof suanlink.v1.Refuse
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Refuse.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Refuse";
            };

            return Refuse;
        })();

        v1.Heartbeat = (function() {

            /**
             * Properties of a Heartbeat.
             * @typedef {Object} suanlink.v1.Heartbeat.$Properties
             * @property {number} [sample] Heartbeat sample
             * @property {Array.<number>} [card] Heartbeat card
             * @property {Array.<number>} [utilizationPct] Heartbeat utilizationPct
             * @property {Array.<number>} [memoryUsedMib] Heartbeat memoryUsedMib
             * @property {Array.<number>} [temperatureC] Heartbeat temperatureC
             * @property {Array.<number>} [powerW] Heartbeat powerW
             * @property {number} [hostCpuPct] Heartbeat hostCpuPct
             * @property {number} [hostMemoryUsedMib] Heartbeat hostMemoryUsedMib
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Heartbeat.
             * @memberof suanlink.v1
             * @interface IHeartbeat
             * @augments suanlink.v1.Heartbeat.$Properties
             * @deprecated Use suanlink.v1.Heartbeat.$Properties instead.
             */

            /**
             * Shape of a Heartbeat.
             * @typedef {suanlink.v1.Heartbeat.$Properties} suanlink.v1.Heartbeat.$Shape
             */

            /**
             * Constructs a new Heartbeat.
             * @memberof suanlink.v1
             * @classdesc Represents a Heartbeat.
             * @constructor
             * @param {suanlink.v1.Heartbeat.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Heartbeat = function (properties) {
                this.card = [];
                this.utilizationPct = [];
                this.memoryUsedMib = [];
                this.temperatureC = [];
                this.powerW = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Heartbeat sample.
             * @member {number} sample
             * @memberof suanlink.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.sample = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Heartbeat card.
             * @member {Array.<number>} card
             * @memberof suanlink.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.card = $util.emptyArray;

            /**
             * Heartbeat utilizationPct.
             * @member {Array.<number>} utilizationPct
             * @memberof suanlink.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.utilizationPct = $util.emptyArray;

            /**
             * Heartbeat memoryUsedMib.
             * @member {Array.<number>} memoryUsedMib
             * @memberof suanlink.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.memoryUsedMib = $util.emptyArray;

            /**
             * Heartbeat temperatureC.
             * @member {Array.<number>} temperatureC
             * @memberof suanlink.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.temperatureC = $util.emptyArray;

            /**
             * Heartbeat powerW.
             * @member {Array.<number>} powerW
             * @memberof suanlink.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.powerW = $util.emptyArray;

            /**
             * Heartbeat hostCpuPct.
             * @member {number} hostCpuPct
             * @memberof suanlink.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.hostCpuPct = 0;

            /**
             * Heartbeat hostMemoryUsedMib.
             * @member {number} hostMemoryUsedMib
             * @memberof suanlink.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.hostMemoryUsedMib = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Heartbeat message. Does not implicitly {@link suanlink.v1.Heartbeat.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.Heartbeat
             * @static
             * @param {suanlink.v1.Heartbeat.$Properties} message Heartbeat message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Heartbeat.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sample != null && $Object.hasOwnProperty.call(message, "sample") && (typeof message.sample === "object" ? message.sample.low || message.sample.high : message.sample !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.sample);
                if (message.card != null && message.card.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).uint32s(message.card);
                if (message.utilizationPct != null && message.utilizationPct.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).sint32s(message.utilizationPct);
                if (message.memoryUsedMib != null && message.memoryUsedMib.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).sint64s(message.memoryUsedMib);
                if (message.temperatureC != null && message.temperatureC.length)
                    writer.uint32(/* id 5, wireType 2 =*/42).sint32s(message.temperatureC);
                if (message.powerW != null && message.powerW.length)
                    writer.uint32(/* id 6, wireType 2 =*/50).sint32s(message.powerW);
                if (message.hostCpuPct != null && $Object.hasOwnProperty.call(message, "hostCpuPct") && message.hostCpuPct !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.hostCpuPct);
                if (message.hostMemoryUsedMib != null && $Object.hasOwnProperty.call(message, "hostMemoryUsedMib") && (typeof message.hostMemoryUsedMib === "object" ? message.hostMemoryUsedMib.low || message.hostMemoryUsedMib.high : message.hostMemoryUsedMib !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.hostMemoryUsedMib);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Heartbeat message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.Heartbeat
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.Heartbeat & suanlink.v1.Heartbeat.$Shape} Heartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Heartbeat.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.Heartbeat();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sample = value;
                            else
                                delete message.sample;
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.card && message.card.length))
                                    message.card = [];
                                reader.uint32s(message.card);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.card && message.card.length))
                                message.card = [];
                            message.card.push(reader.uint32());
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.utilizationPct && message.utilizationPct.length))
                                    message.utilizationPct = [];
                                reader.sint32s(message.utilizationPct);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.utilizationPct && message.utilizationPct.length))
                                message.utilizationPct = [];
                            message.utilizationPct.push(reader.sint32());
                            continue;
                        }
                    case 4: {
                            if (wireType === 2) {
                                if (!(message.memoryUsedMib && message.memoryUsedMib.length))
                                    message.memoryUsedMib = [];
                                reader.sint64s(message.memoryUsedMib);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.memoryUsedMib && message.memoryUsedMib.length))
                                message.memoryUsedMib = [];
                            message.memoryUsedMib.push(reader.sint64());
                            continue;
                        }
                    case 5: {
                            if (wireType === 2) {
                                if (!(message.temperatureC && message.temperatureC.length))
                                    message.temperatureC = [];
                                reader.sint32s(message.temperatureC);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.temperatureC && message.temperatureC.length))
                                message.temperatureC = [];
                            message.temperatureC.push(reader.sint32());
                            continue;
                        }
                    case 6: {
                            if (wireType === 2) {
                                if (!(message.powerW && message.powerW.length))
                                    message.powerW = [];
                                reader.sint32s(message.powerW);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.powerW && message.powerW.length))
                                message.powerW = [];
                            message.powerW.push(reader.sint32());
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.hostCpuPct = value;
                            else
                                delete message.hostCpuPct;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.hostMemoryUsedMib = value;
                            else
                                delete message.hostMemoryUsedMib;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for Heartbeat
             * @function getTypeUrl
             * @memberof suanlink.v1.Heartbeat
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            Heartbeat.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.Heartbeat";
            };

            return Heartbeat;
        })();

        v1.HeartbeatAck = (function() {

            /**
             * Properties of a HeartbeatAck.
             * @typedef {Object} suanlink.v1.HeartbeatAck.$Properties
             * @property {number} [sample] HeartbeatAck sample
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeartbeatAck.
             * @memberof suanlink.v1
             * @interface IHeartbeatAck
             * @augments suanlink.v1.HeartbeatAck.$Properties
             * @deprecated Use suanlink.v1.HeartbeatAck.$Properties instead.
             */

            /**
             * Shape of a HeartbeatAck.
             * @typedef {suanlink.v1.HeartbeatAck.$Properties} suanlink.v1.HeartbeatAck.$Shape
             */

            /**
             * Constructs a new HeartbeatAck.
             * @memberof suanlink.v1
             * @classdesc Represents a HeartbeatAck.
             * @constructor
             * @param {suanlink.v1.HeartbeatAck.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeartbeatAck = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeartbeatAck sample.
             * @member {number} sample
             * @memberof suanlink.v1.HeartbeatAck
             * @instance
             */
            HeartbeatAck.prototype.sample = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified HeartbeatAck message. Does not implicitly {@link suanlink.v1.HeartbeatAck.verify|verify} messages.
             * @function encode
             * @memberof suanlink.v1.HeartbeatAck
             * @static
             * @param {suanlink.v1.HeartbeatAck.$Properties} message HeartbeatAck message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeartbeatAck.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sample != null && $Object.hasOwnProperty.call(message, "sample") && (typeof message.sample === "object" ? message.sample.low || message.sample.high : message.sample !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.sample);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeartbeatAck message from the specified reader or buffer.
             * @function decode
             * @memberof suanlink.v1.HeartbeatAck
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {suanlink.v1.HeartbeatAck & suanlink.v1.HeartbeatAck.$Shape} HeartbeatAck
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeartbeatAck.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.suanlink.v1.HeartbeatAck();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sample = value;
                            else
                                delete message.sample;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Gets the type url for HeartbeatAck
             * @function getTypeUrl
             * @memberof suanlink.v1.HeartbeatAck
             * @static
             * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns {string} The type url
             */
            HeartbeatAck.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/suanlink.v1.HeartbeatAck";
            };

            return HeartbeatAck;
        })();

        return v1;
    })();

    return suanlink;
})();

export {
  $root as default
};
