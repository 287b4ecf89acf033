// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory of the first node, of known sizes. */
#include <linux/module.h>
#include <linux/slab.h>

static int __init target_init(void)
{
	size_t size = 4321;
	struct kmem_cache *cache = kmem_cache_create("stp_target", 1234, 0, 0, NULL);
	void *object;

	OPTIMIZER_HIDE_VAR(size);
	kfree(kmalloc_node(size, GFP_KERNEL, 0));
	if (!cache)
		return -ENOMEM;
	object = kmem_cache_alloc_node(cache, GFP_KERNEL, 0);
	if (object)
		kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
	return 0;
}

static void __exit target_exit(void)
{
}

module_init(target_init);
module_exit(target_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a target of vm.*_node");
